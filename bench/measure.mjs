/** Measured child processes: wall time, peak memory, and the stages that a run's log tells of. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PEAK_MEMORY = new URL('./peak-memory.mjs', import.meta.url).href;

/** The built program. */
export const PROGRAM = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/** What the figures were measured on. */
export function machine() {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? '',
    cpus: cpus().length,
    memory_bytes: totalmem(),
  };
}

/**
 * Runs a Node script to its end. Resolves to `{ ms, peak_bytes, spans, output }`: `spans` are the stages of a run in their
 * order, `{ stage, from, to, peak_bytes, cpu_ms }` with times in ms since 1970 and `cpu_ms` of all threads. The first is
 * `start`, before the program told of any; a script that tells of none has none. `output` is what it printed. Rejects if it ends with anything but 0.
 */
export async function measure(script, words, { environment = {}, nodeFlags = [] } = {}) {
  const peak = join(tmpdir(), `dmarc-etl-bench-${process.pid}.peak`);
  const from = Date.now();
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--import', PEAK_MEMORY, ...nodeFlags, script, ...words], {
    env: { ...process.env, ...environment, BENCH_PEAK: peak },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, log, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve)),
  ]);
  const ms = performance.now() - startedAt;
  const memory = code === 0 ? readFileSync(peak, 'utf8') : '';
  rmSync(peak, { force: true });
  if (code !== 0) throw new Error(`${script} ${words.join(' ')} ended with ${code}:\n${log}`);
  const { peak_bytes, samples } = JSON.parse(memory);
  return { ms, peak_bytes, spans: spansOf(log, from, from + ms, samples), output };
}

async function textOf(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

/** A stage lasts until the next one begins, the last one until the process ended. */
function spansOf(log, from, to, samples) {
  const told = log
    .split('\n')
    .filter((line) => line.includes('"event":"stage"'))
    .map((line) => JSON.parse(line))
    .map(({ stage, time }) => ({ stage, from: Date.parse(time) }));
  if (told.length === 0) return [];
  const begins = [{ stage: 'start', from }, ...told];
  return begins.map((begin, index) => {
    const span = { ...begin, to: begins[index + 1]?.from ?? to };
    const within = samples.filter(([at]) => at >= span.from && at < span.to).map(([, bytes]) => bytes);
    const peak_bytes = within.reduce((most, bytes) => Math.max(most, bytes), 0);
    return { ...span, peak_bytes, cpu_ms: workedUntil(samples, span.to) - workedUntil(samples, span.from) };
  });
}

/** What all threads had worked at a time, as of the last sample before it. */
function workedUntil(samples, at) {
  return samples.findLast(([time]) => time <= at)?.[2] ?? 0;
}
