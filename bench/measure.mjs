/** Measured child processes: wall time, peak memory, and the stages that a run's log tells of. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PEAK_MEMORY = new URL('./peak-memory.mjs', import.meta.url).href;

/** The built program. */
export const PROGRAM = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

/**
 * Runs a Node script to its end. Resolves to `{ ms, peakBytes, stages, output }`: `stages` maps each stage of a run to
 * its milliseconds, `output` is what it printed. Rejects if it ends with anything but 0.
 */
export async function measure(script, words, environment = {}) {
  const peak = join(tmpdir(), `dmarc-etl-bench-${process.pid}.peak`);
  const child = spawn(process.execPath, ['--import', PEAK_MEMORY, script, ...words], {
    env: { ...process.env, ...environment, BENCH_PEAK: peak },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const startedAt = performance.now();
  const [output, log, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve)),
  ]);
  const ms = performance.now() - startedAt;
  if (code !== 0) throw new Error(`${script} ${words.join(' ')} ended with ${code}:\n${log}`);
  const peakBytes = Number(readFileSync(peak, 'utf8'));
  rmSync(peak);
  return { ms, peakBytes, stages: stagesOf(log, Date.now()), output };
}

async function textOf(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

/** A stage lasts until the next one begins, the last one until the process ended. */
function stagesOf(log, endedAt) {
  const begins = log
    .split('\n')
    .filter((line) => line.includes('"event":"stage"'))
    .map((line) => JSON.parse(line));
  return Object.fromEntries(
    begins.map(({ stage, time }, index) => [
      stage,
      (index + 1 < begins.length ? Date.parse(begins[index + 1].time) : endedAt) - Date.parse(time),
    ]),
  );
}

/** The middle of an odd number of figures; of an even number the upper one of the two. */
export function median(figures) {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)];
}
