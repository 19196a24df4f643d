/** Colours that stay apart for colour-blind readers (Okabe and Ito, 2008); a sample's number says the same. */
const SAMPLE_CLASSES = 6;

/** CSS class of a sample's colour; beyond six samples the colours come again, the numbers do not. */
export function sampleClass(sample: number): string {
  return `k${sample % SAMPLE_CLASSES}`;
}

/** What a sample is called on the page: people count from 1, files from 0, and the files win. */
export function sampleName(sample: number): string {
  return `sample ${sample}`;
}
