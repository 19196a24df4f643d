import { DrivesweepError } from '@drivesweep/contracts';
import type { ErrorCode } from '@drivesweep/contracts';
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { nearestName } from './nearest-name.ts';

/**
 * Reading a file that a person wrote: YAML 1.2 with positions, checked against a schema. Every mistake is found in one go
 * and told with file, line, column, field, what was expected and what was found. Pure: text in, value or mistakes out.
 */

export type FieldPath = readonly (string | number)[];

export interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly path: FieldPath;
  /** What was expected, and what was found. */
  readonly message: string;
}

/** What is thrown for such a file: the mistakes in order of their line. */
export class YamlFileError extends DrivesweepError {
  readonly path: string;
  readonly mistakes: readonly Mistake[];

  constructor(code: ErrorCode, path: string, mistakes: readonly Mistake[]) {
    const sorted = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
    const lines = sorted.map((mistake) => formatMistake(path, mistake));
    const count = sorted.length === 1 ? 'a mistake' : `${sorted.length} mistakes`;
    super(code, `${path} has ${count}\n${lines.join('\n')}`, {
      hint: 'nothing was started; correct the file and run the command again',
    });
    this.path = path;
    this.mistakes = sorted;
  }
}

/** `sweep.yaml:4:12: windows.every_s: expected seconds, for example 0.5; found "fast"` */
function formatMistake(path: string, mistake: Mistake): string {
  const field = mistake.path.length > 0 ? `${formatPath(mistake.path)}: ` : '';
  return `  ${path}:${mistake.line}:${mistake.column}: ${field}${mistake.message}`;
}

/** Where a field stands: for mistakes that only the file system or a service can find. */
export type Locate = (path: FieldPath) => { readonly line: number; readonly column: number };

export interface YamlContract<T extends z.ZodType> {
  readonly schema: T;
  /** Names of the fields at each level, by the path of the level joined with dots. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** Makes the error of the mistakes in a file. */
  readonly refuse: (path: string, mistakes: readonly Mistake[]) => YamlFileError;
}

type Issue = z.core.$ZodIssue;

/** Parses the text of a file that lies at `path`. Throws what `refuse` makes of every mistake of syntax, or else of content. */
export function parseYamlFile<T extends z.ZodType>(
  path: string,
  text: string,
  { schema, fields, refuse }: YamlContract<T>,
): { readonly value: z.output<T>; readonly locate: Locate } {
  const lineCounter = new LineCounter();
  const refuseWhole = (message: string) =>
    refuse(path, [{ line: 1, column: 1, path: [], message }]);
  const document = orRefuse(refuseWhole, () =>
    parseDocument(text, { lineCounter, prettyErrors: false, version: '1.2' }),
  );
  const at = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  if (document.errors.length > 0) {
    const mistakes = document.errors.map((error) => ({
      ...at(error.pos[0]),
      path: [],
      message: error.message,
    }));
    throw refuse(path, mistakes);
  }
  const locate = (field: FieldPath) => at(offsetOf(document, field));
  const value = orRefuse<unknown>(refuseWhole, () => document.toJS({ maxAliasCount: 100 }));
  const checked = schema.safeParse(value);
  if (checked.success) return { value: checked.data, locate };
  const found = { root: value, locate, fields };
  throw refuse(
    path,
    checked.error.issues.flatMap((issue) => mistakesOf(issue, [], found)),
  );
}

/** A file that is nested too deeply, or that is small and huge when its aliases are followed, is a mistake of the file. */
function orRefuse<T>(refuse: (message: string) => YamlFileError, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw refuse(`cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

interface ReadFile {
  readonly root: unknown;
  readonly locate: Locate;
  readonly fields: YamlContract<z.ZodType>['fields'];
}

function mistakesOf(issue: Issue, prefix: FieldPath, file: ReadFile): Mistake[] {
  const { root, locate, fields } = file;
  const path = [
    ...prefix,
    ...issue.path.map((key) => (typeof key === 'number' ? key : String(key))),
  ];
  if (issue.code === 'invalid_union') {
    const branch = closestBranch(issue.errors);
    if (branch) return branch.flatMap((inner) => mistakesOf(inner, path, file));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...locate([...path, key]),
      path: [...path, key],
      message: unknownField(key, fields[path.join('.')] ?? []),
    }));
  }
  const found = valueAt(root, path);
  const message =
    found === undefined
      ? `missing; ${expectation(issue)}`
      : `${expectation(issue)}; found ${describe(found)}`;
  return [{ ...locate(path), path, message }];
}

/** Of the alternatives of a union, the one that the value came closest to: whose mistake lies deepest. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depth = (issues: readonly Issue[]) => Math.max(...issues.map((i) => i.path.length));
  return [...branches].sort((a, b) => depth(b) - depth(a))[0];
}

function unknownField(key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return `unknown field${meant} (known here: ${known.join(', ')})`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'fields (name: value)',
};

/** The contract's own words where it has them, else words for the kind of the mistake. */
function expectation(issue: Issue): string {
  if (issue.message.startsWith('expected')) return issue.message;
  if (issue.code === 'invalid_type') {
    return `expected ${TYPE_WORDS[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === 'too_small') return `expected at least ${issue.minimum}${unitOf(issue)}`;
  if (issue.code === 'too_big') return `expected at most ${issue.maximum}${unitOf(issue)}`;
  return issue.message;
}

/** A length is counted in something; a number is not. */
function unitOf({ origin }: { readonly origin: string }): string {
  return origin === 'string' ? ' character(s)' : origin === 'array' ? ' item(s)' : '';
}

function valueAt(root: unknown, path: FieldPath): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return value;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value === null) return 'nothing';
  if (typeof value === 'object') {
    const names = Object.keys(value);
    return names.length === 0 ? 'no fields' : `the fields ${names.join(', ')}`;
  }
  return JSON.stringify(value);
}

/** Offset of a field's key, of a list's item, or of the nearest thing around it that is in the file. */
function offsetOf(document: Document, path: FieldPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      offset = startOf(pair?.key) ?? offset;
      node = pair?.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function formatPath(path: FieldPath): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join('');
}
