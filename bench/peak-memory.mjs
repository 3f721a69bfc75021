/** Preloaded into a measured process: writes its peak resident memory, in bytes, into the file that BENCH_PEAK names. */
import { writeFileSync } from 'node:fs';

process.once('exit', () => {
  writeFileSync(process.env.BENCH_PEAK, String(process.resourceUsage().maxRSS * 1024));
});
