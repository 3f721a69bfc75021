import { EXIT } from '../errors.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { jsonRows } from '../present/json.ts';
import { defineCommand } from './command.ts';

const COLUMNS = [
  { name: 'name', type: 'VARCHAR' },
  { name: 'purpose', type: 'VARCHAR' },
];

export const viewsCommand = defineCommand({
  name: 'views',
  describe: 'Lists the views with what each answers',
  flags: {
    json: { type: 'boolean', describe: 'print a JSON array, one view a line' },
  },
  examples: [
    ['$0 views', 'what can be asked'],
    ['$0 query v_source_summary --limit 20', 'the answer'],
  ],
  async run(values, _operand, terminal) {
    const { readViews } = await import('../load/views.ts');
    const rows = (await readViews()).map(({ name, purpose }) => [name, purpose]);
    if (values.json) {
      for (const piece of jsonRows(COLUMNS, rows)) await terminal.stdout.write(piece);
      return EXIT.ok;
    }
    const colors = colorsFor(wantsColors(terminal.stdout, terminal.environment));
    const width = Math.max(...rows.map(([name = '']) => name.length));
    const lines = rows.map(([name = '', purpose = '']) => `${colors.bold(name.padEnd(width))}  ${purpose}\n`);
    await terminal.stdout.write(lines.join(''));
    return EXIT.ok;
  },
});
