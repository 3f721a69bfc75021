// `npm run demo`: a made-up account on this machine, exported into ./demo-data and asked two questions.
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../dist/sandbox/sandbox.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = 'demo-data';

const QUESTIONS = [
  `SELECT domain_name, report_date, volume, fail_volume, round(pass_rate, 3) AS pass_rate, source_ips
     FROM v_domain_daily ORDER BY report_date DESC, domain_name LIMIT 9`,
  `SELECT report_date, ip_address, source_domain, volume, fail_volume, reporter
     FROM v_records ORDER BY fail_volume DESC, report_date DESC, ip_address LIMIT 9`,
].map((sql) => sql.replaceAll(/\s+/g, ' '));

/** Runs the command line as a user would. Rejects if it ends with anything but 0. */
function dmarcEtl(words, environment = {}) {
  console.log(`\n$ dmarc-etl ${words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join('dist', 'cli.js'), ...words], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`dmarc-etl ${words[0]} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}

/** The sandbox has another address every time, and a dataset belongs to one: an earlier demo's makes room. */
function removeEarlierDemo() {
  const directory = join(root, out);
  if (existsSync(join(directory, '.state'))) rmSync(directory, { recursive: true });
}

removeEarlierDemo();
const sandbox = await startSandbox({ rateLimit: 0 });
try {
  const { url, token } = sandbox;
  const run = ['run', '--api-url', url, '--out', `./${out}`, '--rate', '0', '--log-level', 'warn'];
  await dmarcEtl(run, { MAILERSEND_API_TOKEN: token });
  for (const sql of QUESTIONS) await dmarcEtl(['query', '--out', `./${out}`, sql]);
  console.log(`\nThe dataset stays in ./${out}; \`rm -r ${out}\` removes it.`);
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
} finally {
  await sandbox.close();
}
