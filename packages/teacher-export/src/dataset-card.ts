import { FILTER_MEANINGS, FILTERS } from './filter-names.ts';
import { EXTENSIONS } from './export-spec.ts';
import type { ExportSpec } from './export-spec.ts';
import type { ExportPlan } from './shard-plan.ts';
import { SPLITS } from './split.ts';

/** What was written, as far as the card tells it. */
export interface WrittenExport {
  readonly spec: ExportSpec;
  readonly plan: ExportPlan;
  readonly files: readonly WrittenFile[];
}

export interface WrittenFile {
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** README.md of an export: the card that the Hugging Face Hub shows. Says nothing that depends on when or by whom. */
export function renderCard(written: WrittenExport): string {
  const { spec, plan } = written;
  return [
    header(written),
    `# ${spec.recipe.name}`,
    '',
    `What the policy \`${spec.teacher.name}\` answered to ${plan.tallies.keptWindows} windows of recorded drives,`,
    `${plan.tallies.keptSamples} samples in all, chosen by the recipe in \`recipe.json\`. For training a student policy.`,
    '',
    ...(spec.recipe.layout === 'parquet' ? LOADING : LOADING_TARS),
    ...contents(spec),
    ...provenance(spec),
    ...licences(spec),
    ...splits(plan),
    ...filtersTable(plan),
    ...slicesTables(plan),
    ...limits(written),
  ].join('\n');
}

function header({ spec, plan }: WrittenExport): string {
  const { id, redistribution } = strictest(spec);
  return [
    '---',
    `pretty_name: ${JSON.stringify(spec.recipe.name)}`,
    ...(redistribution && HUB_LICENCES.has(id)
      ? [`license: ${id.toLowerCase()}`]
      : ['license: other', `license_name: ${JSON.stringify(id.toLowerCase())}`]),
    'tags:',
    '  - autonomous-driving',
    '  - distillation',
    '  - trajectory-prediction',
    `size_categories:\n  - ${sizeCategory(plan.tallies.keptWindows)}`,
    ...configuration({ spec, plan }),
    '---',
    '',
  ].join('\n');
}

/**
 * What `datasets` loads. It caches by the names of folder and configuration, so that another export in a folder of the
 * same name would be read as the first one if their configurations had one name. Tars have none: it guesses the types of
 * JSON from the first windows, and then refuses the others.
 */
function configuration({ spec, plan }: Pick<WrittenExport, 'spec' | 'plan'>): string[] {
  if (spec.recipe.layout !== 'parquet') return [];
  const splits = SPLITS.filter((split) => plan.shards.some((shard) => shard.split === split));
  return [
    'configs:',
    `  - config_name: ${spec.exportId}`,
    '    data_files:',
    ...splits.flatMap((split) => [
      `      - split: ${split}`,
      `        path: data/${split}-*.${EXTENSIONS[spec.recipe.layout]}`,
    ]),
  ];
}

/** Licence ids that the Hub knows under the same name in lower case. */
const HUB_LICENCES: ReadonlySet<string> = new Set(['Apache-2.0', 'MIT', 'CC-BY-4.0', 'CC0-1.0']);

/** Of teacher and data, the one that allows less; the data's when they allow as much. */
function strictest({ teacher, data }: ExportSpec): ExportSpec['data']['licence'] {
  const allows = ({ freeToTrain, redistribution }: ExportSpec['data']['licence']) =>
    Number(freeToTrain) + Number(redistribution);
  return allows(teacher.licence) < allows(data.licence) ? teacher.licence : data.licence;
}

function sizeCategory(rows: number): string {
  if (rows < 1e3) return 'n<1K';
  if (rows < 1e4) return '1K<n<10K';
  if (rows < 1e5) return '10K<n<100K';
  return rows < 1e6 ? '100K<n<1M' : '1M<n<10M';
}

const LOADING = [
  '## Loading',
  '',
  '```python',
  'from datasets import load_dataset',
  'rows = load_dataset("PATH_OF_THIS_FOLDER", split="train")',
  '```',
  '',
  "Or with pyarrow, DuckDB (`SELECT * FROM 'data/train-*.parquet'`) or anything else that reads Parquet.",
  '`sha256sum -c SHA256SUMS` checks the files.',
  '',
];

const LOADING_TARS = [
  '## Loading',
  '',
  '```python',
  'from glob import glob',
  'from webdataset import WebDataset',
  'windows = WebDataset(sorted(glob("data/train-*.tar")), shardshuffle=False).decode("rgb8")',
  '```',
  '',
  'Or with any program that reads tars: what belongs to a window has one name up to the first dot.',
  '`*.jpg` are the frames that the teacher was shown, camera by camera, oldest first. Arrays are float32: `history` and',
  '`future` [steps, 4] and `trajectories` [samples, steps, 4] are x, y, z, yaw; `actions` [samples, steps, 2] are acceleration',
  'and curvature. The JSON holds everything else under the names of the columns below.',
  '`sha256sum -c SHA256SUMS` checks the files.',
  '',
];

const SAMPLE_FIELDS =
  '`accel` and `curvature` (m/s^2, 1/m; also normalised), `trace`, `token_ids`, `logprobs`, `top_k`, `top_token_ids`, `top_logprobs`, `finish_reason`, `probability`, `ade_m`, `fde_m`';

function contents({ recipe, stepUs, historySteps, horizonSteps, teacher }: ExportSpec): string[] {
  const stepS = stepUs / 1e6;
  const constants = teacher.normalisation === null ? 'the released Alpamayo-R1' : 'the bundle';
  return [
    '## Contents',
    '',
    `One row per window. Paths are in the ego frame at t0 (x forward, y left, z up, metres; yaw left, radians), ${stepS} s per`,
    `step: ${historySteps} poses of history, the last at t0, and ${horizonSteps} after it, the first one step after t0.`,
    '',
    '| column | |',
    '| --- | --- |',
    '| `window_id`, `drive_id`, `t0_us`, `split` | which window; microseconds on the clock of the drive |',
    '| `v0_mps`, `history_*`, `future_*` | speed at t0, what was driven before and after |',
    '| `facts` | what is known of the window, as name and value |',
    '| `navigation` | the text that the teacher was told where to go, or nothing |',
    '| `cameras` | what the teacher was shown: the last frame of a camera at or before `frame_time_us` |',
    `| \`samples[]\` | the answers that are kept: \`sample_index\` of the K, path, ${SAMPLE_FIELDS}; normalised with the constants of ${constants} |`,
    '| | `top_token_ids` and `top_logprobs`: `top_k` of them per token, end to end, the most likely first; null when the teacher does not tell them |',
    ...(recipe.contents.reasons
      ? [
          '| | `decisions`, `causes` with spans in the trace, `meta_actions` of the path, `verdicts` on the reasons |',
        ]
      : []),
    ...(recipe.contents.scores ? ['| `scores` | every metric of the window by its id |'] : []),
    '| the others | sweep, teacher, data and licences, the same in every row |',
    '',
  ];
}

function provenance(spec: ExportSpec): string[] {
  const { teacher, data } = spec;
  return [
    '## Where it comes from',
    '',
    '| | |',
    '| --- | --- |',
    `| export | \`${spec.exportId}\` |`,
    `| recipe | \`${spec.recipeSha256}\` |`,
    `| sweep | \`${spec.sweepId}\` (${spec.sweepName}), sealed as ${spec.outcome}, ${spec.windows} windows |`,
    `| scores | \`${spec.scoringId}\` |`,
    `| teacher | \`${teacher.name}\` ${teacher.version}, bundle \`${teacher.bundleSha256}\` |`,
    `| sampling | ${Object.entries(teacher.sampling)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ')} |`,
    `| data | ${data.layout}${data.revision === null ? '' : ` ${data.revision}`}, fingerprint \`${data.fingerprint}\` |`,
    '',
    'Random numbers of a sample follow from the seed, its window and its index, so every sample can be made again.',
    '',
  ];
}

function licences({ teacher, data, accepted, recipe }: ExportSpec): string[] {
  const both = [
    { of: 'teacher', ...teacher.licence },
    {
      of: recipe.data_licence === undefined ? 'data' : 'data, as the recipe states it',
      ...data.licence,
    },
  ];
  const restricted = both.some(({ redistribution }) => !redistribution);
  return [
    '## Licence',
    '',
    '| of | licence | free to train on | may be passed on | |',
    '| --- | --- | --- | --- | --- |',
    ...both.map(
      ({ of, id, freeToTrain, redistribution, note }) =>
        `| ${of} | ${id} | ${yes(freeToTrain)} | ${yes(redistribution)} | ${note} |`,
    ),
    '',
    ...(accepted.length > 0
      ? [
          `Accepted for this export by who made it: ${accepted.map(({ id }) => id).join(', ')}.`,
          'Whoever trains on it must hold the same permission.',
          '',
        ]
      : []),
    ...(restricted ? ['**Must not be published or passed on.**', ''] : []),
  ];
}

const yes = (is: boolean) => (is ? 'yes' : 'no');

function splits({ shards, drives }: ExportPlan): string[] {
  const rows = SPLITS.map((split) => {
    const of = shards.filter((shard) => shard.split === split);
    const sum = (field: 'windows' | 'samples') => of.reduce((total, one) => total + one[field], 0);
    return `| ${split} | ${drives[split] ?? 0} | ${sum('windows')} | ${sum('samples')} | ${of.length} |`;
  });
  return [
    '## Splits',
    '',
    'By drive: no drive is in two.',
    '',
    '| split | drives | windows | samples | files |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
  ];
}

function meaningOf(filter: string): string {
  const known = FILTERS.find((name) => name === filter);
  return known === undefined ? '' : FILTER_MEANINGS[known];
}

function filtersTable({ tallies }: ExportPlan): string[] {
  return [
    '## What the filters took',
    '',
    `Of ${tallies.windows} windows with ${tallies.samples} samples, ${tallies.keptWindows} with ${tallies.keptSamples} are left. A window goes with its last sample.`,
    '',
    '| filter | takes | windows before | windows removed | samples removed |',
    '| --- | --- | ---: | ---: | ---: |',
    ...tallies.filters.map(({ filter, slices }) => {
      const { windowsBefore = 0, windowsRemoved = 0, samplesRemoved = 0 } = slices[0] ?? {};
      return `| ${filter} | ${meaningOf(filter)} | ${windowsBefore} | ${windowsRemoved} | ${samplesRemoved} |`;
    }),
    '',
  ];
}

/** One table per fact: slices down, filters across, windows removed of windows that came to the filter. */
function slicesTables({ tallies }: ExportPlan): string[] {
  const filters = tallies.filters.filter(
    ({ slices }) => (slices[0]?.samplesRemoved ?? 0) > 0 || (slices[0]?.windowsRemoved ?? 0) > 0,
  );
  const slices = (tallies.filters[0]?.slices ?? []).map(({ slice }) => slice);
  const facts = [...new Set(slices.slice(1).map((slice) => slice.slice(0, slice.indexOf('='))))];
  if (filters.length === 0) return [];
  return facts.flatMap((fact) => [
    `### By ${fact}`,
    '',
    'Windows removed, of those that came to the filter; samples removed in brackets.',
    '',
    `| ${fact} | ${filters.map(({ filter }) => filter).join(' | ')} |`,
    `| --- | ${filters.map(() => '---:').join(' | ')} |`,
    ...slices
      .filter((slice) => slice.startsWith(`${fact}=`))
      .map((slice) => {
        const cells = filters.map((filter) => {
          const one = filter.slices.find((each) => each.slice === slice);
          return one === undefined
            ? ''
            : `${one.windowsRemoved} of ${one.windowsBefore} (${one.samplesRemoved})`;
        });
        return `| ${slice.slice(fact.length + 1)} | ${cells.join(' | ')} |`;
      }),
    '',
  ]);
}

function limits({ spec, plan }: WrittenExport): string[] {
  const { filters } = spec.recipe;
  const looksAhead = filters.error_to_recorded !== undefined || filters.best?.by === 'recorded';
  return [
    '## Limits',
    '',
    '- These are answers of a policy and not what a good driver does. The recorded future stands beside them.',
    '- Open loop: nobody drove these paths, and nobody else reacted to them.',
    ...(looksAhead
      ? [
          '- Samples were chosen by the recorded future. A student that is measured against the same futures looks better for it: measure it on drives that are not in here.',
        ]
      : []),
    '- Decisions, causes and verdicts are read from the text by rules, which overlook what they do not know.',
    ...(spec.outcome === 'partial'
      ? ['- The sweep was sealed as partial: some windows have no answer.']
      : []),
    ...(plan.evaluationDrives > 0
      ? [
          `- **${plan.evaluationDrives} drives stand on public lists that Alpamayo is evaluated on**; the recipe lets them in. Do not evaluate on those lists what was trained on this.`,
        ]
      : []),
    '',
  ];
}
