import { markdownTable } from './markdown-table.mjs';

const percent = (share) => `${(100 * share).toFixed(1)} %`;

/** The part of README.md that says what the sentences are worth. */
export function describeTrace(results) {
  const { table, sentences, confused, interval } = results;
  const columns = Object.keys(table);
  const rows = Object.keys(table.glance).map((name) => [
    name,
    ...columns.map((column) => percent(table[column][name])),
  ]);
  const [low, high] = interval.map(percent);
  return `## What the sentence is worth

How often it is the label's at t0, word for word, over the same ${results.windows} windows of ${results.drives} held-out drives. "Decision" is what
stands before "because", "cause" what stands behind it. The commonest sentence is "${results['commonest sentence']}".
The last row is the mean of the shares of the single sentences below.

${markdownTable(['share that is right', ...columns], rows)}

Sentence, drives resampled 2,000 times: ${low} to ${high} (95 %).

${markdownTable(
  ['sentence', 'labelled', 'said', 'right'],
  sentences.map(({ sentence, labelled, said, right }) => [sentence, labelled, said, right]),
)}

Most confused:

${markdownTable(
  ['label', 'said instead', 'windows'],
  confused.map(([label, said, count]) => [label, said, count]),
)}

Limits, in words:

- The sentence is chosen beside the path, from the same features, and not before it: nothing makes the two agree. It
  is stated intent that can be scored, not the reason for the path.
- The list is what the label timeline said on the drives to train on, ${sentences.length} sentences. ${unlisted(results.unlisted)}
- A label may know more than a picture shows: "stop" is said where the vehicle stands within 6.4 s, and a cause is named
  up to 2 s before the driver acts on it. Whoever has only the past must guess there.
- Rare sentences, and causes that differ in a detail (a slow vehicle or a blocked lane), are the weak part: see the table.
- Grey pictures were never trained on. Their column shows that the sentence comes from the camera, and not what a policy
  that never looks would be worth.
- Labels change at an instant. At the edge of an event both sentences are defensible, and one counts as wrong.
- Seven scenarios, drawn by the program that wrote the labels. Nothing here says anything about real traffic.
`;
}

function unlisted(count) {
  if (count === 0) return 'Every label of the held-out drives is one of them.';
  return `${count} held-out windows are labelled with another, and count as wrong.`;
}
