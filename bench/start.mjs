/** How long the command line takes to start, beside Node alone. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountOf, startAccount } from './accounts.mjs';
import { machine, measure, PROGRAM } from './measure.mjs';

const ROUNDS = 15;
const RECORDS = 2000;

/** Wall times in ms, in rounds of all commands: `{ machine, rounds: [{ command: ms }] }`. */
export async function benchStart() {
  const directory = mkdtempSync(join(tmpdir(), 'dmarc-etl-bench-'));
  try {
    const out = join(directory, 'out');
    await publishSmall(out);
    const commands = {
      'node -e 0': ['-e', '0'],
      'dmarc-etl --version': [PROGRAM, '--version'],
      'dmarc-etl --help': [PROGRAM, '--help'],
      'dmarc-etl completion': [PROGRAM, 'completion'],
      'dmarc-etl status': [PROGRAM, 'status', '--out', out],
    };
    const round = () =>
      Object.fromEntries(Object.entries(commands).map(([name, words]) => [name, wallMs(words)]));
    round(); // Brings the files into memory.
    return { machine: machine(), rounds: Array.from({ length: ROUNDS }, round) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function publishSmall(out) {
  const { url, token, close } = await startAccount(accountOf(RECORDS));
  const environment = { MAILERSEND_API_TOKEN: token };
  await measure(PROGRAM, ['run', '--api-url', url, '--out', out, '--rate', '0'], { environment });
  await close();
}

/** Throws if the command ends with anything but 0. */
function wallMs(words) {
  const startedAt = performance.now();
  execFileSync(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  return performance.now() - startedAt;
}
