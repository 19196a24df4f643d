/** README.md of the bundle: what nano is, and where its figures are. */
export function describeNano(recipe, results) {
  const { data, training, render, crop, durationS, decode } = recipe;
  return `# nano

A miniature of a reasoning driving policy. It sees two pictures of the front wide camera (0.6 s ago and now, ${crop.width}x${crop.height}
pixels cut from ${render.width}x${render.height}), the poses of the last 1.5 s and the speed. It writes a sentence word by word, what it does and why, and
then draws a path of 6.4 s for that sentence by flow matching. ${results.weights.toLocaleString('en')} weights. It was trained on the synthetic drives of this
repository and knows nothing else: it proves the pipeline, and is no driver.

\`node scripts/train-nano/main.mjs\` makes it again: ${data.drives} drives of ${durationS} s from seed ${data.seed}, ${training.steps} steps of ${training.batch} windows, seed
${training.seed}, one thread. Words are drawn at temperature ${decode.temperature} from the ${decode.topP} nucleus. What it is worth, what it gets wrong and what
was left out on purpose: docs/nano.md in the repository.

Licence: Apache-2.0, as the repository.
`;
}
