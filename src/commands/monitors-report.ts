import { API_FLAGS } from './api-flags.ts';
import { printRows } from './api-output.ts';
import { defineCommand } from './command.ts';
import { resolveMonitorId } from './resolve-monitor.ts';
import { withClient } from './with-client.ts';

export const monitorsReportCommand = defineCommand({
  name: 'monitors report',
  operand: { name: 'monitor', describe: 'the id or the domain of a monitor' },
  further: {
    name: 'ip',
    describe: 'a source IP as the report spells it: its records are told',
    least: 0,
    most: 1,
  },
  describe: 'Tells the report of a monitor as it is now: a row a source IP, or the records of one',
  flags: API_FLAGS,
  examples: [
    ['$0 monitors report example.org', 'the source IPs, with their favourites'],
    ['$0 monitors report example.org 192.0.2.1', 'the records of one'],
  ],
  run(values, named, terminal, [ip]) {
    return withClient(values, terminal, async (open) => {
      const id = await resolveMonitorId(open, named);
      if (ip !== undefined) {
        return printRows(values, terminal, open.client.reportRecords(id, ip), {
          day: ({ created_at }) => created_at?.slice(0, 10) ?? null,
          reporter: ({ report_source }) => report_source,
          volume: ({ total_volume }) => total_volume,
          dmarc: ({ passed_dmarc }) => passed_dmarc,
          spf: ({ passed_spf }) => passed_spf,
          dkim: ({ passed_dkim }) => passed_dkim,
          policy: ({ applied_policy }) => applied_policy,
          override: ({ override_reason }) => override_reason,
        });
      }
      return printRows(values, terminal, open.client.aggregatedReports(id), {
        ip_address: ({ ip_address }) => ip_address,
        volume: ({ total_volume }) => total_volume,
        dmarc: ({ passed_dmarc }) => passed_dmarc,
        spf: ({ passed_spf }) => passed_spf,
        dkim: ({ passed_dkim }) => passed_dkim,
        favorite: ({ is_favorite }) => is_favorite,
        domain: ({ domain }) => domain,
        country: ({ country_code }) => country_code,
      });
    });
  },
});
