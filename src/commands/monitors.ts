import type { CommandGroup } from './command.ts';
import { monitorsCreateCommand } from './monitors-create.ts';
import { monitorsDeleteCommand } from './monitors-delete.ts';
import { monitorsListCommand } from './monitors-list.ts';
import { monitorsReportCommand } from './monitors-report.ts';
import { monitorsSourcesCommand } from './monitors-sources.ts';
import { monitorsUpdateCommand } from './monitors-update.ts';

export const monitorsCommands: CommandGroup = {
  name: 'monitors',
  describe: 'Lists, creates, updates and deletes the monitors of the account, and tells their reports',
  commands: [
    monitorsListCommand,
    monitorsCreateCommand,
    monitorsUpdateCommand,
    monitorsDeleteCommand,
    monitorsReportCommand,
    monitorsSourcesCommand,
  ],
};
