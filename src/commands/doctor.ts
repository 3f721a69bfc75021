import { systemClock } from '../clock.ts';
import { EXIT } from '../errors.ts';
import { nodeFileSystem } from '../files.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { findingsText } from '../present/findings.ts';
import { jsonText } from '../present/json.ts';
import { redactor } from '../present/redact.ts';
import { programVersion } from '../program-version.ts';
import { API_FLAGS, apiFlagsOf } from './api-flags.ts';
import { defineCommand } from './command.ts';
import { OUT_FLAG } from './out-flag.ts';

const STALE_AFTER = 'threshold stale_after_days';

export const doctorCommand = defineCommand({
  name: 'doctor',
  describe:
    'Examines what a nightly run needs: token, API, clock, quota, directory, lock, dataset. Exits with 1 if a line says fail',
  flags: { ...OUT_FLAG, ...API_FLAGS, json: { type: 'boolean', describe: 'print one JSON object' } },
  examples: [
    ['MAILERSEND_API_TOKEN=mlsn.… $0 doctor', 'before the first run'],
    ['$0 doctor --out /srv/dmarc-data --token-file /etc/dmarc-etl/token --json', 'for a script'],
  ],
  async run(values, _operand, terminal, _further, settings) {
    const { examine } = await import('../doctor/examine.ts');
    const { environment, secrets, stdout } = terminal;
    const stale = settings?.list.find(({ row }) => row.name === STALE_AFTER);
    const findings = await examine(
      {
        flags: { ...apiFlagsOf(values), out: values.out },
        environment,
        staleAfterDays: Number(stale?.value),
      },
      {
        ...{ clock: systemClock, fileSystem: nodeFileSystem, program_version: programVersion() },
        node: process.versions.node,
        keepSecret: (token) => secrets.add(token),
      },
    );
    const isHealthy = findings.every(({ level }) => level !== 'fail');
    const text = values.json
      ? `${jsonText({ ok: isHealthy, findings })}\n`
      : findingsText(findings, colorsFor(wantsColors(stdout, environment)), stdout.columns);
    await stdout.write(redactor(secrets)(text));
    return isHealthy ? EXIT.ok : EXIT.failed;
  },
});
