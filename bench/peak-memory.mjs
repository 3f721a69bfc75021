/**
 * Preloaded into a measured process: at its end writes its peak resident memory, and what it had every 20 ms, into the
 * file that BENCH_PEAK names: `{ peak_bytes, samples: [[ms since 1970, bytes], …] }`.
 */
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const EVERY_MS = 20;

if (isMainThread) {
  const samples = [];
  setInterval(() => samples.push([Date.now(), process.memoryUsage.rss()]), EVERY_MS).unref();
  process.once('exit', () => {
    const peak_bytes = process.resourceUsage().maxRSS * 1024;
    writeFileSync(process.env.BENCH_PEAK, JSON.stringify({ peak_bytes, samples }));
  });
}
