// What the loop in the graph saves: the text of a reasoning policy decoded by one run of a graph, against stepping the
// same model, with the same weights and the same prompt cache, from JavaScript, where the cache comes and goes with each token.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { benchFacts, median, reasoningModel, rounded } from './reasoning-models.mjs';

const ROUNDS = 5;
const OPTIONS = { executionProviders: ['cpu'], intraOpNumThreads: 2, logSeverityLevel: 3 };

/** Ids of a prompt without a navigation text: what a text says does not change how long a run takes. */
function promptIds(policyJson, { promptLength }) {
  const { segments } = JSON.parse(readFileSync(policyJson, 'utf8')).reasoning.prompt;
  const ids = segments.flatMap((segment) => {
    if (segment.kind === 'image') return Array(segment.tokens).fill(segment.id);
    if (segment.kind === 'history') return Array(3 * segment.steps).fill(segment.firstId + 500);
    return [];
  });
  // The words, all the same, stand first and last.
  return [...Array(promptLength - ids.length - 1).fill(65), ...ids, 65];
}

/** The token that a uniform draws from one row of logits: docs/policies.md has the rule. Returns id and log-probability. */
function draw(logits, uniform, { bannedFirst, banned, temperature, topP }) {
  const allowed = Float32Array.from(logits, (logit, id) =>
    id >= bannedFirst && id < bannedFirst + banned ? -Infinity : logit,
  );
  const largest = allowed.reduce((a, b) => Math.max(a, b));
  const weights = Float64Array.from(allowed, (z) => Math.exp((z - largest) / temperature));
  const total = weights.reduce((a, b) => a + b);
  const order = [...weights.keys()].sort((a, b) => weights[b] - weights[a] || a - b);
  const kept = [];
  for (let before = 0, i = 0; before < topP && i < order.length; i++) {
    kept.push(order[i]);
    before += weights[order[i]] / total;
  }
  const target = (uniform * kept.reduce((sum, id) => sum + weights[id], 0)) / total;
  let passed = 0;
  return kept.find((id) => (passed += weights[id] / total) > target) ?? kept.at(-1);
}

const cacheOf = (outputs, layers) =>
  Object.fromEntries(
    Array.from({ length: layers }, (_, i) => i).flatMap((i) =>
      ['key', 'value'].map((which) => [`past.${i}.${which}`, outputs[`present.${i}.${which}`]]),
    ),
  );

/** Every window's cache, once for each of its samples: what a caller that keeps the cache itself has to do. */
function replicated(tensor, times) {
  if (times === 1) return tensor;
  const [windows, ...rest] = tensor.dims;
  const size = rest.reduce((a, b) => a * b);
  const data = new Float32Array(tensor.data.length * times);
  for (let row = 0; row < windows * times; row++) {
    const from = Math.floor(row / times) * size;
    data.set(tensor.data.subarray(from, from + size), row * size);
  }
  return new Tensor('float32', data, [windows * times, ...rest]);
}

async function stepping(step, prompt, uniforms, samples, facts) {
  const { layers, vocabulary, maxTokens, endId, padId } = facts;
  const windows = prompt.logits.dims[0];
  const rows = windows * samples;
  const rowsOf = (tensor, width) =>
    Array.from({ length: rows }, (_, r) => {
      const row = tensor.dims[0] === rows ? r : Math.floor(r / samples);
      return tensor.data.subarray(row * width, (row + 1) * width);
    });
  let past = Object.fromEntries(
    Object.entries(cacheOf(prompt, layers)).map(([name, t]) => [name, replicated(t, samples)]),
  );
  let logits = rowsOf(prompt.logits, vocabulary);
  const texts = Array.from({ length: rows }, () => []);
  for (let i = 0; i < maxTokens; i++) {
    const open = (text) => text.at(-1) !== endId;
    const tokens = texts.map((text, r) =>
      open(text) ? draw(logits[r], uniforms[r * maxTokens + i], facts) : padId,
    );
    texts.forEach((text, r) => open(text) && text.push(tokens[r]));
    if (!texts.some(open)) break;
    const positions = Array.from(
      { length: rows },
      (_, r) => prompt.next_position.data[Math.floor(r / samples)] + BigInt(i),
    );
    const outputs = await step.run({
      input_ids: new Tensor('int64', BigInt64Array.from(tokens, BigInt), [rows, 1]),
      position: new Tensor('int64', BigInt64Array.from(positions), [rows, 1]),
      ...past,
    });
    past = cacheOf(outputs, layers);
    logits = rowsOf(outputs.logits, vocabulary);
  }
  return texts;
}

async function inGraph(decode, prompt, uniforms, samples, { layers, maxTokens }) {
  const windows = prompt.logits.dims[0];
  const { tokens, token_counts: counts } = await decode.run({
    last_hidden: prompt.last_hidden,
    next_position: prompt.next_position,
    uniforms: new Tensor('float32', uniforms, [windows, samples, maxTokens]),
    ...cacheOf(prompt, layers),
  });
  return Array.from(counts.data, (count, r) =>
    Array.from(tokens.data.subarray(r * maxTokens, r * maxTokens + Number(count)), Number),
  );
}

/** Both ways in turn, on one prompt; milliseconds and how many texts are the same. */
async function compare(folder, windows, samples, facts, log) {
  const [prefill, step, decode] = await Promise.all(
    ['prefill', 'step', 'decode'].map((stage) =>
      InferenceSession.create(join(folder, `${stage}.onnx`), OPTIONS),
    ),
  );
  const { images, frame, maxTokens, promptLength } = facts;
  const pixels = windows * images * 3 * frame.height * frame.width;
  const ids = promptIds(join(folder, 'policy.json'), facts);
  const prompt = await prefill.run({
    frames: new Tensor(
      'uint8',
      Uint8Array.from({ length: pixels }, (_, i) => (i * 31 + (i >> 9)) & 255),
      [windows, images, 3, frame.height, frame.width],
    ),
    prompt_ids: new Tensor(
      'int64',
      BigInt64Array.from(Array.from({ length: windows }, () => ids).flat(), BigInt),
      [windows, promptLength],
    ),
  });
  // Golden ratio steps: spread over [0, 1) and the same in every run.
  const uniforms = Float32Array.from(
    { length: windows * samples * maxTokens },
    (_, i) => Math.floor((((i + 1) * 0.618033988749895) % 1) * 2 ** 24) * 2 ** -24,
  );
  const ms = { stepping: [], inGraph: [] };
  let texts = [[], []];
  for (let round = -1; round < ROUNDS; round++) {
    const start = performance.now();
    const stepped = await stepping(step, prompt, uniforms, samples, facts);
    const middle = performance.now();
    const looped = await inGraph(decode, prompt, uniforms, samples, facts);
    const end = performance.now();
    texts = [stepped, looped];
    // The first round warms up.
    if (round < 0) continue;
    ms.stepping.push(middle - start);
    ms.inGraph.push(end - middle);
  }
  await Promise.all([prefill, step, decode].map((session) => session.release()));
  const figures = {
    windows,
    samples,
    cacheMB: rounded((windows * samples * facts.cacheBytesPerWindow) / 1e6, 1),
    tokens: Math.max(...texts[1].map((text) => text.length)),
    sameTexts: texts[0].filter((text, r) => String(text) === String(texts[1][r])).length,
    steppingMs: rounded(median(ms.stepping), 0),
    inGraphMs: rounded(median(ms.inGraph), 0),
    ratio: rounded(median(ms.stepping.map((value, i) => value / ms.inGraph[i])), 2),
  };
  log(JSON.stringify(figures));
  return figures;
}

export async function benchReasoningDecode({ log = () => {} } = {}) {
  const folder = reasoningModel('decode', log);
  const facts = benchFacts(folder);
  const four = await compare(folder, 4, 1, facts, log);
  const six = await compare(folder, 1, 6, facts, log);
  return {
    name: 'decoding by stepping from JavaScript over the loop in the graph, 50 MB of KV',
    figures: { fourWindows: four, sixSamples: six },
    ratio: four.ratio,
    target: '>= 3, the same texts',
    pass: four.ratio >= 3 && four.sameTexts === 4 && six.sameTexts === 6,
  };
}
