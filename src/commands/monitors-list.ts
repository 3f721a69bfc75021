import { API_FLAGS } from './api-flags.ts';
import { printRows } from './api-output.ts';
import { defineCommand } from './command.ts';
import { withClient } from './with-client.ts';

export const monitorsListCommand = defineCommand({
  name: 'monitors list',
  describe: 'Lists the DMARC monitors of the account as they are now',
  flags: API_FLAGS,
  examples: [
    ['$0 monitors list', 'a table; JSON through a pipe'],
    ["$0 monitors list --json | jq -r '.[].domain.name'", 'the domains'],
  ],
  run(values, _operand, terminal) {
    return withClient(values, terminal, ({ client }) =>
      printRows(values, terminal, client.monitors(), {
        monitor_id: ({ id }) => id,
        domain: ({ domain }) => domain?.name ?? null,
        valid: ({ dmarc_valid }) => dmarc_valid,
        spf: ({ spf_status }) => spf_status,
        published: ({ dmarc_record }) => dmarc_record,
        wanted: ({ wanted_dmarc_record }) => wanted_dmarc_record,
      }),
    );
  },
});
