import { settingsJson, settingsText } from '../config/present-settings.ts';
import { EXIT } from '../errors.ts';
import { OPTIONS } from '../option-table.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { jsonText } from '../present/json.ts';
import { defineCommand } from './command.ts';
import { RUN_FLAGS } from './run-flags.ts';

export const configCommand = defineCommand({
  name: 'config',
  describe: 'Tells which options are in force and where each came from; the token stays hidden',
  flags: {
    ...OPTIONS,
    threshold: RUN_FLAGS.threshold,
    json: { type: 'boolean', describe: 'print one JSON object' },
  },
  examples: [
    ['$0 config', 'what the environment and ./dmarc-etl.config.json make of a run here'],
    ['DMARC_ETL_RATE=30 $0 config --config /etc/dmarc-etl.json --json', 'for a script'],
  ],
  async run(values, _operand, terminal, _further, settings) {
    if (settings === null) throw new TypeError('config has no options');
    const { stdout, environment } = terminal;
    const colors = colorsFor(wantsColors(stdout, environment));
    const text = values.json
      ? `${jsonText(settingsJson(settings, environment))}\n`
      : settingsText(settings, environment, colors);
    await stdout.write(text);
    return EXIT.ok;
  },
});
