import type { Monitor } from '../client/rows.ts';
import { ConfigurationError, EXIT } from '../errors.ts';
import type { RecordChange } from '../manage/compare-records.ts';
import type { Terminal } from '../present/terminal.ts';
import { terminalText } from '../present/terminal-text.ts';
import { WRITE_FLAGS } from './api-flags.ts';
import { printDryRun, printOutcome, printTable, wantsJson } from './api-output.ts';
import { defineCommand } from './command.ts';
import { monitorName, resolveMonitor } from './resolve-monitor.ts';
import { withClient } from './with-client.ts';

export const monitorsUpdateCommand = defineCommand({
  name: 'monitors update',
  operand: { name: 'monitor', describe: 'the id or the domain of a monitor' },
  describe: 'Changes the DMARC record that the account wants to publish; tells what changes, tag by tag',
  flags: {
    ...WRITE_FLAGS,
    record: { type: 'string', requiresArg: true, describe: 'the new record, at most 1,000 characters' },
  },
  examples: [
    [
      '$0 monitors update example.org --record "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.org" --dry-run',
      'see what would change',
    ],
  ],
  async run(values, named, terminal) {
    const { record } = values;
    if (record === undefined) {
      throw new ConfigurationError('monitors update needs the new record', {
        hint: 'Give it with --record "v=DMARC1; p=…; rua=mailto:…".',
      });
    }
    const { compareRecords, refuseUnsendable } = await import('../manage/compare-records.ts');
    refuseUnsendable(record);
    return withClient(values, terminal, async (open) => {
      const monitor = await resolveMonitor(open, named);
      const { dmarc_record: published, wanted_dmarc_record: wanted } = monitor;
      const change = compareRecords({ wanted, published }, record);
      await showChange(change, monitor, values, terminal);
      const told = { monitor_id: monitor.id, domain: monitor.domain?.name ?? null, ...change };
      const { WRITES } = await import('../client/requests.ts');
      if (values['dry-run']) {
        return printDryRun(values, terminal, open, [WRITES.updateMonitor(monitor.id, record)], told);
      }
      if (record.trim() === wanted?.trim()) {
        await printOutcome(values, terminal, { action: 'unchanged', ...told }, [
          'This is the wanted record already; nothing was sent.',
        ]);
        return EXIT.ok;
      }
      const updated = await open.client.updateMonitor(monitor.id, record);
      await printOutcome(values, terminal, { action: 'updated', ...told, monitor: updated.raw }, [
        `updated monitor ${monitorName(monitor)}`,
        `wanted record: ${updated.wanted_dmarc_record ?? 'none'}`,
      ]);
      return EXIT.ok;
    });
  },
});

/** Warnings go to stderr in any case; the tags are shown to people, and are part of the outcome elsewhere. */
async function showChange(
  { changes, warnings }: RecordChange,
  monitor: Monitor,
  values: { readonly json?: boolean | undefined },
  terminal: Terminal,
): Promise<void> {
  if (!wantsJson(values, terminal)) {
    await terminal.stdout.write(`${terminalText(monitorName(monitor))}\n`);
    const rows = changes.map(({ tag, before, after }) => [tag, before ?? '-', after ?? '-']);
    if (rows.length > 0) await printTable(terminal, ['tag', 'before', 'after'], rows);
    else await terminal.stdout.write('no tag changes\n');
  }
  for (const warning of warnings) {
    await terminal.stderr.write(`dmarc-etl: warning: ${terminalText(warning)}\n`);
  }
}
