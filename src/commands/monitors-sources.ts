import { API_FLAGS } from './api-flags.ts';
import { printRows } from './api-output.ts';
import { defineCommand } from './command.ts';
import { resolveMonitorId } from './resolve-monitor.ts';
import { withClient } from './with-client.ts';

export const monitorsSourcesCommand = defineCommand({
  name: 'monitors sources',
  operand: { name: 'monitor', describe: 'the id or the domain of a monitor' },
  describe: 'Tells who sends reports to a monitor, and how many',
  flags: API_FLAGS,
  examples: [['$0 monitors sources example.org', 'the reporters']],
  run(values, named, terminal) {
    return withClient(values, terminal, async (open) =>
      printRows(values, terminal, open.client.reportSources(await resolveMonitorId(open, named)), {
        report_source: ({ report_source }) => report_source,
        reports: ({ reports }) => reports,
      }),
    );
  },
});
