import { EXIT } from '../errors.ts';
import { nodeFileSystem } from '../files.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { jsonText } from '../present/json.ts';
import { formatCountOf } from '../present/quantities.ts';
import { defineCommand } from './command.ts';
import { OUT_FLAG } from './out-flag.ts';

export const checkCommand = defineCommand({
  name: 'check',
  describe:
    'Verifies the published version: every file, and that DuckDB, Parquet and manifest hold the same rows',
  flags: { ...OUT_FLAG, json: { type: 'boolean', describe: 'print one JSON object' } },
  examples: [['$0 check --out ./dmarc-data', 'exit 0 if all is well, 5 and the first thing wrong if not']],
  async run(values, _operand, terminal) {
    const { checkCurrent } = await import('../load/check-current.ts');
    const result = await checkCurrent(nodeFileSystem, values.out);
    const colors = colorsFor(wantsColors(terminal.stdout, terminal.environment));
    const files = formatCountOf(result.files, 'file');
    const text = `version ${result.run_id}: ${colors.green('ok')}, ${files} and every row verified\n`;
    await terminal.stdout.write(values.json ? `${jsonText(result)}\n` : text);
    return EXIT.ok;
  },
});
