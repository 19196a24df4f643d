import type { IntentVerdict, VerdictOutcome } from '@drivesweep/scoring';
import { formatNumber } from './format.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

/** A sign beside the colour, because a colour alone does not reach everybody. */
const SIGNS: Readonly<Record<VerdictOutcome, string>> = {
  broken: '\u2717',
  contradicted: '\u2260',
  undetermined: '?',
  supported: '\u2713',
  noted: '\u2022',
};

/** What a person came for first. */
const ORDER: readonly VerdictOutcome[] = [
  'broken',
  'contradicted',
  'undetermined',
  'supported',
  'noted',
];

/** True for a verdict that says that something does not hold. */
export function isContradiction({ outcome }: IntentVerdict): boolean {
  return outcome === 'broken' || outcome === 'contradicted';
}

/** Verdicts with rule, outcome, reason and the figures that decided; those that something is wrong with come first. */
export function verdictList(verdicts: readonly IntentVerdict[]): Html | null {
  if (verdicts.length === 0) return null;
  const ordered = ORDER.flatMap((outcome) => verdicts.filter((one) => one.outcome === outcome));
  return html`<ul class="verdicts">
    ${ordered.map(verdictItem)}
  </ul>`;
}

function verdictItem({ rule, outcome, reason, figures }: IntentVerdict): Html {
  // A reason that has its figures in it need not be followed by them.
  const unsaid = Object.entries(figures).filter(([name]) => !reason.includes(name));
  const shown = unsaid.map(
    ([name, value]) =>
      html`<span class="figure"
        >${name} = ${typeof value === 'number' ? formatNumber(value) : value}</span
      > `,
  );
  return html`<li class="v-${outcome}">
    <span class="outcome">${SIGNS[outcome]} ${outcome}</span> ${reason}
    <span class="because"><code>${rule}</code> ${shown}</span>
  </li> `;
}

/** How many verdicts say that something does not hold. */
export function countContradictions(verdicts: readonly IntentVerdict[]): number {
  return verdicts.filter(isContradiction).length;
}
