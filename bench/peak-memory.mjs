/**
 * Preloaded into a measured process: at its end writes its peak resident memory, and every 20 ms what it had and the time
 * that all its threads had worked, into the file that BENCH_PEAK names:
 * `{ peak_bytes, samples: [[ms since 1970, bytes, ms at work], …] }`.
 */
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const EVERY_MS = 20;

if (isMainThread) {
  const samples = [];
  const sample = () => samples.push([Date.now(), process.memoryUsage.rss(), workedMs()]);
  setInterval(sample, EVERY_MS).unref();
  process.once('exit', () => {
    sample();
    const peak_bytes = process.resourceUsage().maxRSS * 1024;
    writeFileSync(process.env.BENCH_PEAK, JSON.stringify({ peak_bytes, samples }));
  });
}

function workedMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
