import { ConfigurationError, EXIT } from '../errors.ts';
import { WRITE_FLAGS } from './api-flags.ts';
import { printDryRun, printOutcome } from './api-output.ts';
import { defineCommand } from './command.ts';
import { withClient } from './with-client.ts';

export const monitorsCreateCommand = defineCommand({
  name: 'monitors create',
  operand: { name: 'domain_id', describe: "the id of a domain of the account (MailerSend's, not its name)" },
  describe: 'Creates a DMARC monitor for a domain',
  flags: WRITE_FLAGS,
  examples: [['$0 monitors create 0z76k5jg0o3yeg2d', 'monitor that domain']],
  run(values, domainId, terminal) {
    if (domainId.includes('.')) {
      throw new ConfigurationError(`${domainId} is the name of a domain; create takes its id`, {
        hint: 'MailerSend shows the id under Domains, and GET /v1/domains tells it.',
      });
    }
    return withClient(values, terminal, async (open) => {
      const { WRITES } = await import('../client/requests.ts');
      const request = WRITES.createMonitor(domainId);
      if (values['dry-run']) return printDryRun(values, terminal, open, [request]);
      const monitor = await open.client.createMonitor(domainId);
      const outcome = { action: 'created', monitor_id: monitor.id, monitor: monitor.raw };
      await printOutcome(values, terminal, outcome, [
        `created monitor ${monitor.id}`,
        `wanted record: ${monitor.wanted_dmarc_record ?? 'none'}`,
        'The next run exports it.',
      ]);
      return EXIT.ok;
    });
  },
});
