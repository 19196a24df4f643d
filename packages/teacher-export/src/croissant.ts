import { canonicalJson } from '@drivesweep/contracts';
import type { WrittenExport } from './dataset-card.ts';
import { EXTENSIONS } from './export-spec.ts';
import { SPLITS } from './split.ts';

/**
 * croissant.json: what the dataset is, for programs, after the Croissant format 1.0 of MLCommons
 * (docs.mlcommons.org/croissant/docs/croissant-spec.html). Names the columns that a program looks for first; lists of
 * structs are named by their Parquet path.
 */
export function renderCroissant({ spec, plan, files }: WrittenExport): string {
  const { teacher, data, recipe } = spec;
  const isTable = recipe.layout === 'parquet';
  const encodingFormat = isTable ? 'application/x-parquet' : 'application/x-tar';
  const extension = EXTENSIONS[recipe.layout];
  const shards = files.filter(({ key }) => key.endsWith(`.${extension}`));
  const splits = SPLITS.filter((split) => plan.shards.some((shard) => shard.split === split));
  const document = {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    name: recipe.name,
    description: `Answers of the policy ${teacher.name} ${teacher.version} to ${plan.tallies.keptWindows} windows of ${data.layout}, chosen by recipe ${spec.recipeSha256}.`,
    version: '1.0.0',
    license: [...new Set([teacher.licence.id, data.licence.id])],
    identifier: spec.exportId,
    distribution: [
      ...shards.map(({ key, sha256, bytes }) => ({
        '@type': 'cr:FileObject',
        '@id': key,
        name: key,
        contentUrl: key,
        contentSize: `${bytes} B`,
        encodingFormat,
        sha256,
      })),
      ...splits.map((split) => ({
        '@type': 'cr:FileSet',
        '@id': `${split}-files`,
        name: `${split}-files`,
        encodingFormat,
        containedIn: shards
          .filter(({ key }) => key.startsWith(`data/${split}-`))
          .map(({ key }) => ({ '@id': key })),
        includes: `data/${split}-*.${extension}`,
      })),
    ],
    recordSet: isTable ? splits.map(recordSet) : [],
  };
  return `${indented(document)}\n`;
}

const CONTEXT = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  sc: 'https://schema.org/',
  cr: 'http://mlcommons.org/croissant/',
  conformsTo: 'dct:conformsTo',
  dct: 'http://purl.org/dc/terms/',
  column: 'cr:column',
  containedIn: 'cr:containedIn',
  contentSize: 'sc:contentSize',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  encodingFormat: 'sc:encodingFormat',
  extract: 'cr:extract',
  field: 'cr:field',
  fileObject: 'cr:fileObject',
  fileProperty: 'cr:fileProperty',
  fileSet: 'cr:fileSet',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  key: 'cr:key',
  md5: 'cr:md5',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  repeated: 'cr:repeated',
  sha256: 'cr:sha256',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
};

interface FieldOf {
  readonly column: string;
  readonly dataType: 'sc:Text' | 'sc:Integer' | 'sc:Float';
  readonly repeated?: true;
  readonly description: string;
}

const path = (prefix: string, what: string): FieldOf[] =>
  ['x', 'y', 'z', 'yaw'].map((axis) => ({
    column: `${prefix}_${axis}`,
    dataType: 'sc:Float',
    repeated: true,
    description: `${what}, ego frame at t0, ${axis === 'yaw' ? 'radians' : 'metres'}`,
  }));

const FIELDS: readonly FieldOf[] = [
  { column: 'window_id', dataType: 'sc:Text', description: 'drive and t0' },
  { column: 'drive_id', dataType: 'sc:Text', description: 'one recording of one vehicle' },
  {
    column: 't0_us',
    dataType: 'sc:Integer',
    description: 'microseconds on the clock of the drive',
  },
  { column: 'split', dataType: 'sc:Text', description: 'split of the drive' },
  { column: 'v0_mps', dataType: 'sc:Float', description: 'speed at t0' },
  {
    column: 'navigation',
    dataType: 'sc:Text',
    description: 'what the teacher was told where to go',
  },
  ...path('history', 'what was driven before t0'),
  ...path('future', 'what was driven after t0'),
  { column: 'teacher', dataType: 'sc:Text', description: 'name of the policy' },
  { column: 'teacher_bundle_sha256', dataType: 'sc:Text', description: 'which policy exactly' },
  { column: 'teacher_licence', dataType: 'sc:Text', description: 'licence of the policy' },
  { column: 'data_licence', dataType: 'sc:Text', description: 'licence of the recordings' },
];

function recordSet(split: string): object {
  return {
    '@type': 'cr:RecordSet',
    '@id': split,
    name: split,
    key: { '@id': `${split}/window_id` },
    field: FIELDS.map(({ column, dataType, repeated, description }) => ({
      '@type': 'cr:Field',
      '@id': `${split}/${column}`,
      name: `${split}/${column}`,
      description,
      dataType,
      ...(repeated === undefined ? {} : { repeated }),
      source: { fileSet: { '@id': `${split}-files` }, extract: { column } },
    })),
  };
}

/** Canonical order, so that the same export is the same bytes, and indented for who reads it. */
function indented(value: unknown): string {
  return JSON.stringify(JSON.parse(canonicalJson(value)), null, 2);
}
