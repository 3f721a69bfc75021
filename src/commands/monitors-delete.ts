import type { OpenClient } from '../client/open-client.ts';
import { ConfigurationError, EXIT } from '../errors.ts';
import type { Terminal } from '../present/terminal.ts';
import { terminalText } from '../present/terminal-text.ts';
import { WRITE_FLAGS } from './api-flags.ts';
import { printDryRun, printOutcome } from './api-output.ts';
import { defineCommand } from './command.ts';
import { monitorName, resolveMonitor, resolveMonitorId } from './resolve-monitor.ts';
import { withClient } from './with-client.ts';

export const monitorsDeleteCommand = defineCommand({
  name: 'monitors delete',
  operand: { name: 'monitor', describe: 'the id or the domain of a monitor' },
  describe: 'Deletes a DMARC monitor; asks first on a terminal. What was exported stays in the dataset',
  flags: { ...WRITE_FLAGS, yes: { type: 'boolean', describe: 'do not ask; needed where nobody can answer' } },
  examples: [
    ['$0 monitors delete example.org', 'asks, then deletes'],
    ['$0 monitors delete lx1p78jk1o53rzn4 --yes', 'from a script'],
  ],
  run(values, named, terminal) {
    const isAsked = !values.yes && !values['dry-run'];
    if (isAsked && terminal.question === null) {
      throw new ConfigurationError('monitors delete has nobody to ask whether it shall', {
        hint: 'Say --yes to delete without a question, or --dry-run to see what would be sent.',
      });
    }
    return withClient(values, terminal, async (open) => {
      const id = isAsked ? await confirm(open, named, terminal) : await resolveMonitorId(open, named);
      if (id === null) {
        await terminal.stderr.write('Nothing was deleted.\n');
        return EXIT.failed;
      }
      const { WRITES } = await import('../client/requests.ts');
      if (values['dry-run']) return printDryRun(values, terminal, open, [WRITES.deleteMonitor(id)]);
      await open.client.deleteMonitor(id);
      await printOutcome(values, terminal, { action: 'deleted', monitor_id: id }, [`deleted monitor ${id}`]);
      return EXIT.ok;
    });
  },
});

/** The id of the monitor if the answer is yes. */
async function confirm(open: OpenClient, named: string, terminal: Terminal): Promise<string | null> {
  const monitor = await resolveMonitor(open, named);
  const name = terminalText(monitorName(monitor));
  const answer = await terminal.question?.(`Delete the monitor of ${name} and end its reports? [y/N] `);
  if (answer === null) await terminal.stderr.write('\n');
  return /^y(es)?$/i.test(answer?.trim() ?? '') ? monitor.id : null;
}
