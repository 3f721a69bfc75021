import { ROWS, type Row } from '../src/config/rows.ts';

/** docs/configuration.md: the prose, and the tables that follow from the options; test/config keeps the file current. */

const HEAD = `# Configuration

<!-- Made from src/option-table.ts and src/contract/thresholds.ts by \`npx vitest run test/config --update\`. -->

Every option can be set in three places. The first one that has a value counts:

1. its flag;
2. its environment variable; an empty one counts as absent, lists are separated by commas, yes and no are \`true\` and \`false\`;
3. its key in a configuration file: the one that \`--config FILE\` or \`DMARC_ETL_CONFIG\` names, else
   \`dmarc-etl.config.json\` in the working directory, if there is one.

\`dmarc-etl config\` prints what is in force and where each value came from. A name that is no option is refused
with the nearest one, in the file and among the variables that begin with \`DMARC_ETL_\`.

\`\`\`json
{
  "$schema": "./node_modules/mailersend-dmarc-etl/dmarc-etl.schema.json",
  "out": "/srv/dmarc-data",
  "token_file": "/etc/dmarc-etl/token",
  "quota_reserve": "30%",
  "thresholds": { "window_days": 60 }
}
\`\`\`

Paths in a configuration file are seen from the directory of the file. The schema makes editors complete and check it.

The token itself is no option: it is in \`MAILERSEND_API_TOKEN\`, else \`MAILERSEND_API_KEY\`, else in the file that
\`token_file\` names. A configuration file that holds a token is refused. \`DMARC_ETL_DEBUG=1\` shows the stack of an error.

How one call prints its result (\`--json\`, \`--csv\`) is a flag only.
`;

/** The whole document. */
export function configurationDocument(): string {
  const options = ROWS.filter(({ path }) => path.length === 1);
  const thresholds = ROWS.filter(({ path }) => path.length === 2);
  return [
    HEAD,
    '## Options\n',
    table(['flag', 'variable', 'key', 'default', 'is'], options.map(optionCells)),
    '## Thresholds of the views\n',
    'Flag `--threshold NAME=VALUE`, variable `DMARC_ETL_THRESHOLD_NAME`, key `thresholds.NAME`. They are written into the',
    'table `parameters` at each publish. Shares and rates are 0 to 1.\n',
    table(['name', 'default', 'is'], thresholds.map(thresholdCells)),
  ].join('\n');
}

function optionCells({ flag, variables, path, option }: Row): readonly string[] {
  const variable = variables.map((name) => `\`${name}\``).join(', then ');
  return [`\`${flag}\``, variable, `\`${path.join('.')}\``, defaultOf(option), option.describe];
}

function thresholdCells({ path, option }: Row): readonly string[] {
  return [`\`${path.at(-1)}\``, defaultOf(option), option.describe];
}

function defaultOf(option: Row['option']): string {
  return option.default === undefined ? (option.unset ?? '') : `\`${option.default}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
