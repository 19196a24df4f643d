// What six samples cost over one, for a policy in which reading the prompt takes most of the time: vision and prompt are
// done once for a window, however many samples read them.
import {
  loadReasoningPolicy,
  median,
  reasoningBundle,
  reasoningModel,
  rounded,
  windowsInMemory,
} from './reasoning-models.mjs';

const ROUNDS = 7;

export async function benchReasoningSamples({ log = () => {} } = {}) {
  const policy = await loadReasoningPolicy(reasoningBundle(reasoningModel('prefill', log)));
  const { horizonSteps, stepUs } = policy.needs;
  const secondsOf = async (samples, round) => {
    const windows = windowsInMemory(policy, 1, `round-${round}`);
    let run = 0;
    const parameters = { samples, seed: 7, horizonSteps, stepUs };
    const [answer] = await policy.infer(windows, parameters, (seconds) => (run = seconds.run));
    return { run, answer };
  };
  const [one, six] = [[], []];
  let sameFirst = 0;
  for (let round = -1; round < ROUNDS; round++) {
    const [a, b] = [await secondsOf(1, round), await secondsOf(6, round)];
    if (round < 0) continue;
    one.push(a.run);
    six.push(b.run);
    if (JSON.stringify(a.answer[0]) === JSON.stringify(b.answer[0])) sameFirst += 1;
  }
  await policy.close();
  const ratio = rounded(median(six.map((seconds, i) => seconds / one[i])));
  const figures = {
    oneMs: rounded(1000 * median(one), 0),
    sixMs: rounded(1000 * median(six), 0),
    rounds: ROUNDS,
    sampleZeroTheSame: sameFirst,
  };
  log(JSON.stringify(figures));
  return {
    name: 'six samples over one, a policy in which the prompt takes most of the time',
    figures,
    ratio,
    target: '<= 1.6, sample 0 the same',
    pass: ratio <= 1.6 && sameFirst === ROUNDS,
  };
}
