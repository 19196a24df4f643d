/** In which form a verb stands, or that the words are a noun; a set of bits. */
export const BASE = 1;
/** "stops" */
export const FINITE = 2;
/** "stopping" */
export const ING = 4;
/** "a stop", "a lane change" */
export const NOUN = 8;
/** A term of a closed set, which means the decision wherever the vehicle is the one that acts: "speed adaptation". */
export const TERM = 16;
export const ALL_FORMS = BASE | FINITE | ING | NOUN | TERM;

/** Verbs of which a form is not the regular one. */
const IRREGULAR: Readonly<Record<string, readonly [finite: string, ing: string]>> = {
  stop: ['stops', 'stopping'],
  let: ['lets', 'letting'],
  cut: ['cuts', 'cutting'],
  get: ['gets', 'getting'],
  begin: ['begins', 'beginning'],
  abort: ['aborts', 'aborting'],
  cancel: ['cancels', 'cancelling|canceling'],
  travel: ['travels', 'travelling|traveling'],
  plan: ['plans', 'planning'],
  swerve: ['swerves', 'swerving'],
};

export interface VerbForm {
  readonly form: number;
  readonly words: string;
}

/** Base, finite and ing form of a verb in the base form; of `slow_down` the first word changes. */
export function formsOf(verb: string): VerbForm[] {
  const [head = '', ...particles] = verb.split('_');
  const [finite, ing] = IRREGULAR[head] ?? [finiteOf(head), ingOf(head)];
  const withParticles = (words: string): string =>
    words
      .split('|')
      .map((word) => [word, ...particles].join('_'))
      .join('|');
  return [
    { form: BASE, words: verb },
    { form: FINITE, words: withParticles(finite) },
    { form: ING, words: withParticles(ing) },
  ];
}

function finiteOf(verb: string): string {
  if (/(?:s|sh|ch|x|o)$/.test(verb)) return `${verb}es`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`;
}

function ingOf(verb: string): string {
  return /[^e]e$/.test(verb) ? `${verb.slice(0, -1)}ing` : `${verb}ing`;
}

/**
 * The patterns of a verb pattern in its three forms: the first place of the pattern are verbs, which change, and the
 * rest stays ("keep|maintain lane" gives "keeping|maintaining lane" as its ing form).
 */
export function conjugate(pattern: string): VerbForm[] {
  const [verbs = '', ...rest] = pattern.split(' ');
  const byForm = new Map<number, string[]>();
  for (const verb of verbs.split('|')) {
    for (const { form, words } of formsOf(verb)) {
      byForm.set(form, [...(byForm.get(form) ?? []), words]);
    }
  }
  return [...byForm].map(([form, words]) => ({
    form,
    words: [words.join('|'), ...rest].join(' '),
  }));
}
