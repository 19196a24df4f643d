// Writes the documents that are made from code, or with --check says which of them have drifted.
// Works on the compiled packages: npm run build first.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { ERROR_CODES } from '@drivesweep/contracts';
import { openApiDocument } from '@drivesweep/coordinator';
import { METRIC_FAMILIES } from '@drivesweep/scoring';
import { settingsTables } from './deploy/settings-tables.mjs';

const NOTICE = '<!-- Made by `npm run docs` from the code. Change the code, not this file. -->';

const KINDS = {
  window:
    'One window cannot be answered: its row has status error and this code; the sweep goes on.',
  transient: 'Trying again may help: retried with backoff, up to a bound.',
  permanent: 'Trying again cannot help: refused at once.',
};

/** Cells of a Markdown table may not hold a bar. */
const cell = (text) => String(text).replaceAll('|', '\\|');
const row = (cells) => `| ${cells.map(cell).join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

function errorsPage() {
  const sections = Object.entries(KINDS).map(([kind, meaning]) => {
    const codes = Object.entries(ERROR_CODES).filter(([, [of]]) => of === kind);
    const rows = codes.map(([code, [, text]]) => [`\`${code}\``, text]);
    return `## ${kind}\n\n${meaning}\n\n${table(['code', 'meaning'], rows)}`;
  });
  return `${NOTICE}\n\n# Error codes\n\n${sections.join('\n\n')}\n`;
}

const BETTER = { lower: 'lower', higher: 'higher', neither: 'neither: it describes' };

function metricsPage() {
  const intro =
    'H is a horizon in seconds with one decimal, K the number of samples. Distances are in the XY plane of the ego ' +
    'frame at t0 unless an id says otherwise. Every mean in a scorecard stands beside how many windows went into it, ' +
    'and how many failed, were skipped or are missing; how it is summed up is in [statistics.md](statistics.md), and ' +
    'the rules behind what is said of traces are in [intent.md](intent.md).';
  const families = METRIC_FAMILIES.map(({ name, cards }) => {
    const patterns = cards.map(({ pattern, definition }) => [`\`${pattern}\``, definition]);
    const sections = cards.map(
      (card) => `### \`${card.pattern}\`\n\n${table(['', ''], factsOf(card))}`,
    );
    return `## ${name[0].toUpperCase()}${name.slice(1)}\n\n${table(['id', 'what'], patterns)}\n\n${sections.join('\n\n')}`;
  });
  return `${NOTICE}\n\n# Metrics\n\n${intro}\n\n${families.join('\n\n')}\n`;
}

function factsOf({ definition, unit, range, better, tailAbove, validity, source }) {
  return [
    ['definition', definition],
    ['unit', unit],
    ['range', range],
    ['better', BETTER[better]],
    ...(tailAbove === undefined
      ? []
      : [['tail rate', `share of the windows above ${tailAbove} ${unit}`]]),
    ['applies to', validity],
    ['source', source],
  ];
}

/** A page that people write, with a part between two marks that is made here. */
async function withPart(path, name, part) {
  const page = readFileSync(fileAt(path), 'utf8');
  const [start, end] = [
    `<!-- ${name}: made by \`npm run docs\` from the code -->`,
    `<!-- /${name} -->`,
  ];
  const [before, rest = ''] = page.split(start);
  const after = rest.split(end)[1];
  if (after === undefined) throw new Error(`${path} has no part ${name}`);
  const whole = `${before}${start}\n\n${part}\n\n${end}${after}`;
  // The rest of the page is formatted as every file here is, so this part is too.
  return format(whole, { ...(await resolveConfig(fileAt(path))), parser: 'markdown' });
}

const fileAt = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const settings = await settingsTables(table);

const PAGES = {
  'docs/errors.md': errorsPage,
  'docs/metrics.md': metricsPage,
  'docs/operations.md': () => withPart('docs/operations.md', 'settings', settings),
  'docs/openapi.json': () => `${JSON.stringify(openApiDocument(), null, 2)}\n`,
};

const check = process.argv.includes('--check');
const drifted = [];
for (const [path, render] of Object.entries(PAGES)) {
  const file = fileAt(path);
  const wanted = await render();
  const same = existsSync(file) && readFileSync(file, 'utf8') === wanted;
  if (!same && !check) writeFileSync(file, wanted);
  if (!same) drifted.push(path);
}
for (const path of drifted) {
  process.stderr.write(check ? `${path} differs from the code: npm run docs\n` : `wrote ${path}\n`);
}
process.exit(check && drifted.length > 0 ? 1 : 0);
