// Reads container files and says what is wrong with them. Pure: what is on the disk comes in as functions.

/**
 * @typedef {{ op: string, flags: Record<string, string>, words: string[], line: number }} Instruction
 * @typedef {{ name: string | null, from: string, instructions: Instruction[] }} Stage
 * @typedef {{ args: Record<string, string>, stages: Stage[] }} ContainerFile
 */

const INSTRUCTIONS = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);
/** A tag says which version; `latest`, a bare name or only a major version are other bytes next month. */
const PINNED = /^[^:@]+(:[^:@]*\d+\.\d+[^:@]*|(:[^:@]+)?@sha256:[0-9a-f]{64})$/;

/**
 * Throws an Error with the line for what is no instruction.
 * @param {string} text
 * @returns {ContainerFile}
 */
export function parseContainerFile(text) {
  /** @type {ContainerFile} */
  const file = { args: {}, stages: [] };
  for (const { line, content } of logicalLines(text)) {
    const [, op = '', rest = ''] = /^([A-Za-z]+)\s+(.*)$/s.exec(content) ?? [];
    if (!INSTRUCTIONS.has(op)) throw new Error(`line ${line}: no instruction: ${content}`);
    const stage = file.stages.at(-1);
    if (op === 'FROM') {
      const [, from = '', name = null] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
      file.stages.push({ name, from, instructions: [] });
    } else if (stage) {
      stage.instructions.push({ op, line, ...wordsOf(rest) });
    } else if (op === 'ARG') {
      const [name = '', value = ''] = rest.split('=');
      file.args[name] = value;
    } else throw new Error(`line ${line}: ${op} before FROM`);
  }
  return file;
}

/** @param {string} text */
function logicalLines(text) {
  const lines = [];
  let open = null;
  for (const [index, raw] of text.split('\n').entries()) {
    if (/^\s*(#|$)/.test(raw)) continue;
    open ??= { line: index + 1, content: '' };
    const continued = raw.endsWith('\\');
    open.content += `${continued ? raw.slice(0, -1) : raw} `;
    if (continued) continue;
    lines.push({ ...open, content: open.content.trim() });
    open = null;
  }
  return lines;
}

/** @param {string} rest */
function wordsOf(rest) {
  if (rest.startsWith('[')) return { flags: {}, words: JSON.parse(rest) };
  const flags = {};
  const words = rest.split(/\s+/);
  while (words[0]?.startsWith('--')) {
    const [name = '', value = ''] = (words.shift() ?? '').slice(2).split('=');
    flags[name] = value;
  }
  return { flags, words };
}

/** The stage that is built when `target` is asked for, and those that it stands on, the first one first. */
function lineage(file, target) {
  const stage = file.stages.findLast(({ name }) => target === undefined || name === target);
  if (!stage) return [];
  const parent = file.stages.find(({ name }) => name !== null && name === stage.from);
  return parent && parent !== stage ? [...lineage(file, parent.name), stage] : [stage];
}

/** What `ENV` sets in the image of a target. */
export function environmentOf(file, target) {
  const pairs = lineage(file, target)
    .flatMap(({ instructions }) => instructions.filter(({ op }) => op === 'ENV'))
    .flatMap(({ words }) => words.map((word) => word.split('=')));
  return Object.fromEntries(pairs);
}

/** The command of a target, without its entry point. */
export function commandOf(file, target) {
  return lastOf(file, target, 'CMD')?.words ?? [];
}

function lastOf(file, target, op) {
  return lineage(file, target)
    .flatMap(({ instructions }) => instructions)
    .findLast((instruction) => instruction.op === op);
}

/**
 * Everything that is wrong with the image of a target.
 * @param {ContainerFile} file
 * @param {string | undefined} target
 * @param {{ inContext: (path: string) => boolean, isSetting: (name: string) => boolean }} facts
 * @returns {string[]}
 */
export function problemsOf(file, target, { inContext, isSetting }) {
  const problems = [];
  const resolve = (from) => from.replace(/^\$\{(\w+)\}$/, (_, name) => file.args[name] ?? '');
  const names = file.stages.flatMap(({ name }) => name ?? []);
  for (const stage of file.stages) {
    const base = resolve(stage.from);
    if (!names.includes(base) && !PINNED.test(base)) problems.push(`${base} is not pinned`);
    for (const instruction of stage.instructions) {
      problems.push(...instructionProblems(instruction, names, inContext));
    }
  }
  const user = lastOf(file, target, 'USER')?.words[0] ?? 'root';
  if (!/^[1-9]\d*(:[1-9]\d*)?$/.test(user)) {
    problems.push(`runs as ${user}: Kubernetes can only see that a number is not root`);
  }
  const command = commandOf(file, target);
  const [program, entry = ''] = command;
  if (program !== 'node' || !inContext(entry)) {
    problems.push(`${command.join(' ')} does not start a program that is built here`);
  }
  for (const name of Object.keys(environmentOf(file, target))) {
    if (name.startsWith('DRIVESWEEP_') && !isSetting(name)) problems.push(`${name} is no setting`);
  }
  return [...new Set(problems)];
}

function instructionProblems({ op, flags, words, line }, stages, inContext) {
  const at = `line ${line}:`;
  if (op === 'ADD') return [`${at} ADD unpacks and downloads: use COPY`];
  if (op === 'COPY') {
    const { from } = flags;
    if (from !== undefined) return stages.includes(from) ? [] : [`${at} no stage ${from}`];
    const missing = words.slice(0, -1).filter((path) => !inContext(path));
    return missing.map((path) => `${at} there is no ${path}`);
  }
  const text = words.join(' ');
  if (op !== 'RUN') return [];
  return [
    [/\bnpm (install|i)\b/, 'npm install does not follow the lock file: use npm ci'],
    [/\bnpm ci\b(?!.*--ignore-scripts)/, 'npm ci without --ignore-scripts runs what it installs'],
    [/\b(curl|wget)\b/, 'downloads something that nothing checks'],
    [/\bsudo\b/, 'sudo'],
    [/apt-get install(?!.*--no-install-recommends)/, 'apt-get without --no-install-recommends'],
    [/apt-get install(?!.*rm -rf \/var\/lib\/apt\/lists)/, 'leaves the lists of apt in the image'],
  ].flatMap(([pattern, problem]) => (pattern.test(text) ? [`${at} ${problem}`] : []));
}
