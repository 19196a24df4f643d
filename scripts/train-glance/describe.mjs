import { describeTrace } from './describe-trace.mjs';
import { markdownTable } from './markdown-table.mjs';

/** README.md of the bundle: what glance is, and what was measured. */
export function describeGlance(recipe, results, traceResults) {
  const { data, training, trace, render, resized, crop, durationS } = recipe;
  const [low, high] = results['glance better than constant velocity, paired 95 % interval, m'];
  const names = Object.keys(results.table.all);
  const table = markdownTable(
    ['scenario', ...names],
    Object.entries(results.table).map(([scenario, values]) => [
      scenario,
      ...names.map((name) => values[name].toFixed(2)),
    ]),
  );
  return `# glance

A small policy that looks. It sees two pictures of the front wide camera (0.3 s ago and now), ${crop.width}x${crop.height}
pixels cut from ${resized.width}x${resized.height}, the poses of the last 1.5 s and the speed, and answers with one path of 6.4 s
as accelerations and curvatures, and with one sentence of a closed list: what it does, and why. It was trained on the
synthetic drives of this repository and knows nothing else: it proves the pipeline and the drives, and is no driver.

## What the path is worth

${results.metric}, over ${results.windows} windows of ${results.drives} held-out drives (splits val and test; every 0.3 s). All columns are
measured on the same windows.

${table}

Constant velocity minus glance, paired, drives resampled 2,000 times: ${low.toFixed(2)} to ${high.toFixed(2)} m (95 %).
"Camera covered" is the same network with grey pictures: what it would be worth if it did not look.

${describeTrace(traceResults)}
## How it was made

\`node scripts/train-glance/main.mjs\` makes it again: ${data.drives} drives of ${durationS} s from seed ${data.seed}, rendered at
${render.width}x${render.height}, 70 % of them to train on. First the path: ${training.epochs} epochs, seed ${training.seed}, one thread. Then the trace, on the features of
the path, which stay as they are: ${trace.epochs} epochs, seed ${trace.seed}. Its labels are the sentences of the generator's own label
timeline at t0. Training is repeatable in its result, not in its bits, across versions of PyTorch and processors.

Licence: Apache-2.0, as the repository.
`;
}
