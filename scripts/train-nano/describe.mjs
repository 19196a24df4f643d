import { markdownTable } from '../train-glance/markdown-table.mjs';

const metres = (value) => value.toFixed(2);
const percent = (share) => (share === null ? '-' : `${(100 * share).toFixed(1)} %`);
const range = ([, low, high], show) => `${show(low)} to ${show(high)}`;

/** README.md of the bundle: what nano is, and what was measured. */
export function describeNano(recipe, results) {
  const { data, training, render, crop, durationS, decode, topTokens } = recipe;
  const steps = training.stages.map((stage) => stage.steps).join(' and then ');
  return `# nano

A miniature of a reasoning driving policy. It sees two pictures of the front wide camera (0.6 s ago and now, ${crop.width}x${crop.height}
pixels cut from ${render.width}x${render.height}), the poses of the last 1.5 s and the speed. It writes a sentence word by word, what it does and why, and
then draws a path of 6.4 s for that sentence by flow matching. ${results.weights.toLocaleString('en')} weights. It was trained on the synthetic drives of this
repository and knows nothing else: it proves the pipeline, and is no driver.

## What it is worth

${tables(results, data.heldOut)}
## How it was made

\`node scripts/train-nano/main.mjs\` makes it again: ${data.drives} drives of ${durationS} s from seed ${data.seed}, 70 % of them, less the held-out combinations, to train on, ${steps} steps of
${training.batch} windows, one thread. Words are drawn at temperature ${decode.temperature} from the ${decode.topP} nucleus; the ${topTokens} most likely at each place are told, too. Training is repeatable in its result, not in its bits,
across versions of PyTorch and processors. Curves, ablations and what it gets wrong: docs/nano.md in the repository.

Licence: Apache-2.0, as the repository.
`;
}

/** The tables of README.md and of docs/nano.md. */
export function tables(results, heldOut) {
  const { variants, rivals, scenarios } = results;
  const better = results['better than rivals, paired 95 %, m'];
  const nano = variants.nano;
  const rows = [
    ...Object.entries(variants).map(([name, one]) => [
      name,
      metres(one['ade first']),
      metres(one['min ade 6']),
      percent(one['cause, where there is one']),
      percent(one.cause),
      percent(one.sentence),
    ]),
    ...Object.entries(rivals).map(([name, ade]) => [name, metres(ade), metres(ade), '-', '-', '-']),
  ];
  const rivalNames = Object.keys(rivals);
  const paired = rivalNames.map((name) => [
    name,
    `${metres(better[name].first[0])} (${range(better[name].first, metres)})`,
    `${metres(better[name]['min of 6'][0])} (${range(better[name]['min of 6'], metres)})`,
  ]);
  const rowOf = ([name, one]) => [
    name,
    one.windows,
    metres(one['ade first']),
    metres(one['min ade 6']),
    ...rivalNames.map((rival) => metres(one[rival])),
    percent(one['cause, where there is one']),
  ];
  const heads = [
    'windows',
    'ADE first',
    'min ADE of 6',
    ...rivalNames,
    'cause, where there is one',
  ];
  const by = (what, facts) => markdownTable([what, ...heads], Object.entries(facts).map(rowOf));
  return `Over ${results.windows} windows of ${results.drives} held-out drives (split test; every ${results.everyS} s), six samples each. ADE and smallest ADE of
six: metres, mean over 6.4 s. A cause is right when the first sample names the label's, word for word; "where there is one" leaves out the windows in which
the label says that the road is clear. "Covered": the same network with grey pictures. "Not heard": the plan is drawn as if no trace had been written.

${markdownTable(['', 'ADE first', 'min ADE of 6', 'cause, where there is one', 'cause, all', 'sentence'], rows)}

How much farther off the baselines are than nano, paired, drives resampled 2,000 times (95 %):

${markdownTable(['baseline', 'first sample, m', 'best of six, m'], paired)}

Covering the camera makes the first sample ${range(results['worse when covered, paired 95 %, m'], metres)} m worse. True cause, where there is one:
${range(results['cause, where there is one, 95 %'], percent)}. Of the ${results['wrong causes beside an edge'].wrong} windows in which another cause is named, ${results['wrong causes beside an edge']['named within 0.6 s']} name one that the label has within 0.6 s.
Different sentences among six samples: ${nano['different sentences of 6'].toFixed(2)} on average. Smallest ADE of k samples: ${Object.entries(
    results.k,
  )
    .map(([k, ade]) => `${metres(ade)} m of ${k}`)
    .join(', ')}.

${by('scenario', scenarios)}

${by('weather', results.weathers)}

At most one kind of distractor is in a drive: something that looks like a reason and is none.

${by('distractor', results.distractors)}

${combinations(results['held-out combinations'], heldOut, by)}
`;
}

/** Scenarios in a weather that training never had them in, beside the same scenarios in weathers that it had. */
function combinations(found, heldOut, by) {
  const pairs = { trained: 'other weather', 'never trained': 'held-out weather' };
  const rows = Object.entries(pairs).flatMap(([name, words]) => [
    ...Object.entries(found[name].scenarios).map(([scenario, one]) => [
      `${scenario}, ${words}`,
      one,
    ]),
    [`all five, ${words}`, found[name]],
  ]);
  return `Held-out combinations: ${heldOut.map(([scenario, weather]) => `${scenario} in ${weather}`).join(', ')} are in no drive that was trained on. All
${found['never trained'].drives} such drives of all splits, beside the ${found.trained.drives} test drives of the same scenarios in other weather:

${by('scenario', Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1))))}`;
}
