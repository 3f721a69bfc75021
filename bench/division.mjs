/** How a profiled run divides: who was busy in which stage, from what `node --cpu-prof` wrote; pure. */

const IDLE = '(idle)';

/**
 * Self time by layer, for each stage and thread. `profiles`: one a thread, the main thread's first. `spans`: the stages,
 * with times in ms since 1970. `clockOffsetMs`: what is added to a profile's clock to get ms since 1970.
 *
 * Returns for each stage `{ stage, ms, idle_ms, threads }`: `idle_ms` is the time in which no thread ran, `threads` has an
 * object a thread, layer → ms, most first; a thread that did not run yet or any more has nothing then. A layer is a
 * folder of the program (`dist/load`), a package (`@duckdb` for all of that scope), `node`, or a name in brackets of V8's.
 * What has no file, such as JSON.parse, counts for its caller. The last stage ends with the main thread's profile.
 */
export function divide(profiles, spans, clockOffsetMs) {
  const threads = profiles.map((profile) => slicesOf(profile, clockOffsetMs));
  const endMs = threads[0]?.at(-1)?.to ?? 0;
  return spans.map(({ stage, from, to }) => {
    const span = { from, to: Math.min(to, endMs) };
    const clipped = threads.map((slices) => clip(slices, span));
    const ms = span.to - span.from;
    const busy = clipped.flat().filter(({ layer }) => layer !== IDLE);
    return { stage, ms: round(ms), idle_ms: round(ms - covered(busy)), threads: clipped.map(byLayer) };
  });
}

/** The samples of a profile as `{ from, to, layer }`: each one stands for the time until the next. */
function slicesOf({ nodes, samples, timeDeltas, startTime, endTime }, clockOffsetMs) {
  const layers = layersOf(nodes);
  let at = startTime;
  const times = timeDeltas.map((delta) => {
    at += delta;
    return at;
  });
  return samples.map((node, index) => ({
    from: times[index] / 1000 + clockOffsetMs,
    to: (times[index + 1] ?? Math.max(endTime, times[index])) / 1000 + clockOffsetMs,
    layer: layers.get(node),
  }));
}

/** Id of a node → its layer. A node comes before its children. */
function layersOf(nodes) {
  const layers = new Map();
  const callers = new Map();
  for (const { id, callFrame, children = [] } of nodes) {
    layers.set(id, layerOf(callFrame) ?? layers.get(callers.get(id)) ?? '(program)');
    for (const child of children) callers.set(child, id);
  }
  return layers;
}

/** Null for what is neither in a file nor a state of V8's. */
function layerOf({ functionName, url }) {
  if (url === '') return /^\((?!root|anonymous)/.test(functionName) ? functionName : null;
  if (url.startsWith('node:')) return 'node';
  const [, scope] = /.*\/node_modules\/([^/]+)\//.exec(url) ?? [];
  if (scope !== undefined) return scope;
  const [, folder] = /.*\/dist\/(?:([^/]+)\/)?/.exec(url) ?? [];
  return folder === undefined ? 'dist' : `dist/${folder}`;
}

function clip(slices, { from, to }) {
  return slices
    .map((slice) => ({ ...slice, from: Math.max(slice.from, from), to: Math.min(slice.to, to) }))
    .filter((slice) => slice.to > slice.from);
}

/** How long at least one of the slices lasts. */
function covered(slices) {
  let total = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of slices.sort((a, b) => a.from - b.from)) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
}

function byLayer(slices) {
  const sums = new Map();
  for (const { layer, from, to } of slices) sums.set(layer, (sums.get(layer) ?? 0) + to - from);
  const rows = [...sums].map(([layer, ms]) => [layer, round(ms)]).filter(([, ms]) => ms > 0);
  return Object.fromEntries(rows.sort(([, a], [, b]) => b - a));
}

/** Tenths of a millisecond. */
function round(ms) {
  return Math.round(ms * 10) / 10;
}
