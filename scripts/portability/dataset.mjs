import { join } from 'node:path';
import { nodeFileSystem } from '../../dist/files.js';
import { resolveRunOptions } from '../../dist/options.js';
import { run } from '../../dist/run.js';
import { startSandbox } from '../../dist/sandbox/sandbox.js';

const DAY_MS = 86_400_000;
const START = Date.parse('2025-11-05T02:00:00Z');
const POLICIES = [
  'v=DMARC1; p=quarantine; pct=50; rua=mailto:dmarc@reports.example',
  'v=DMARC1; p=reject; sp=none; rua=mailto:dmarc@reports.example, mailto:more@reports.example',
];

/**
 * Three nights of a made-up account with all that its sandbox can make odd, published under `out`; the policy of a
 * monitor changes each night. Resolves to the directory of the current version.
 */
export async function makeDataset(out) {
  let now = START;
  const clock = {
    now: () => now,
    monotonic: () => now,
    sleep: async (ms) => {
      now += Math.max(0, ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const sandbox = await startSandbox({
    ...{ rateLimit: 0, now: clock.now, seed: 7, monitors: 4, ips: 20, days: 45, today: '2025-11-05' },
    ...{ oddities: true, percent: 'mixed', aligned: 'mixed', changeInPlace: 0.02, newIpShare: 0.1 },
  });
  try {
    const [first] = sandbox.truth().monitors;
    for (const policy of [null, ...POLICIES]) {
      if (policy !== null) sandbox.setMonitor(first.id, { dmarc_record: policy });
      await night(sandbox, clock, out);
      now += DAY_MS;
      sandbox.advanceDay();
    }
  } finally {
    await sandbox.close();
  }
  return join(out, 'current');
}

async function night(sandbox, clock, out) {
  const flags = { out, apiUrl: sandbox.url, rate: 0 };
  const summary = await run(resolveRunOptions(flags, { MAILERSEND_API_TOKEN: sandbox.token }), {
    clock,
    fileSystem: nodeFileSystem,
    tell: () => {},
    warn: () => {},
    signal: new AbortController().signal,
    program_version: 'portability',
    random: () => 0.5,
  });
  if (summary.status !== 'ok') throw new Error(`a night ended as ${summary.status}`);
}
