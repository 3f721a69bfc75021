import { ConfigurationError, EXIT } from '../errors.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { csvLine } from '../present/csv.ts';
import { jsonRows } from '../present/json.ts';
import { type PlainValue, plainValue } from '../present/plain-value.ts';
import { formatCountOf } from '../present/quantities.ts';
import type { Terminal } from '../present/terminal.ts';
import { terminalText } from '../present/terminal-text.ts';
import { defineCommand, suggestion } from './command.ts';
import { OUT_FLAG } from './out-flag.ts';

/** What `query` needs of the published dataset. */
export interface ReadOnlyDatabase {
  query(sql: string, limit?: number): Promise<QueryResult>;
}

/** Rows as a query gives them. */
export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

export type QueryForm = 'table' | 'json' | 'csv';

export const queryCommand = defineCommand({
  name: 'query',
  operand: { name: 'sql', describe: 'the name of a view or table, or one SQL statement that only reads' },
  describe: 'Asks the published dataset, read-only: a view, a table, or SQL',
  flags: {
    ...OUT_FLAG,
    json: { type: 'boolean', describe: 'print a JSON array, one row a line' },
    csv: { type: 'boolean', describe: 'print CSV (RFC 4180)' },
    limit: { type: 'number', requiresArg: true, describe: 'rows at most (all by default)' },
  },
  examples: [
    ['$0 query v_enforcement_readiness', 'a view; `dmarc-etl views` lists them'],
    ['$0 query "SELECT * FROM v_domain_daily ORDER BY report_date DESC" --limit 20', 'SQL of your own'],
    ['$0 query --csv "SELECT * FROM report_records" > records.csv', 'a file for a spreadsheet'],
  ],
  async run(values, sql, terminal) {
    if (values.json && values.csv) throw new ConfigurationError('--json and --csv exclude each other');
    const limit = checkLimit(values.limit);
    const { openCurrent } = await import('../load/current.ts');
    const database = await openCurrent(values.out);
    try {
      const statement = NAME.test(sql) ? await selectFrom(sql, database) : sql;
      const result = await database.query(statement, limit).catch(refuse);
      await printResult(result, values.json ? 'json' : values.csv ? 'csv' : 'table', terminal);
      return EXIT.ok;
    } finally {
      await database.close();
    }
  },
});

/** A word alone is no SQL statement: it names a view or a table. */
const NAME = /^\s*\w+\s*$/;

const NAMES = `
  SELECT view_name AS name FROM duckdb_views() WHERE NOT internal
  UNION ALL SELECT table_name FROM duckdb_tables() WHERE NOT internal`;

/** The statement for all rows of a view or table. Throws ConfigurationError, with the nearest name, if there is none. */
async function selectFrom(word: string, database: ReadOnlyDatabase): Promise<string> {
  const name = word.trim();
  const names = (await database.query(NAMES)).rows.map(([found]) => String(found));
  if (names.includes(name.toLowerCase())) return `SELECT * FROM ${name.toLowerCase()}`;
  throw new ConfigurationError(`there is no view or table ${name}`, {
    hint: suggestion(name.toLowerCase(), names) ?? '`dmarc-etl views` lists the views.',
  });
}

function checkLimit(limit: number | undefined): number | undefined {
  if (limit === undefined || (Number.isSafeInteger(limit) && limit >= 0)) return limit;
  throw new ConfigurationError(`--limit takes a whole number from 0, got ${limit}`);
}

/** Prints a result on stdout. On a terminal nothing in it can steer the terminal, whatever the form. */
export async function printResult(result: QueryResult, form: QueryForm, terminal: Terminal): Promise<void> {
  if (form === 'table') return printTable(result, terminal);
  const pieces =
    form === 'json' ? jsonRows(result.columns, result.rows) : csvLines(result, terminal.stdout.isTTY);
  for (const piece of pieces) await terminal.stdout.write(piece);
}

async function printTable(result: QueryResult, terminal: Terminal): Promise<void> {
  const { renderTable } = await import('../present/table.ts');
  const colors = colorsFor(wantsColors(terminal.stdout, terminal.environment));
  const names = result.columns.map((column) => column.name);
  const rows = [...plainRows(result)];
  await terminal.stdout.write(renderTable(names, rows, { colors, width: terminal.stdout.columns }));
  if (terminal.stderr.isTTY) await terminal.stderr.write(`${formatCountOf(rows.length, 'row')}\n`);
}

function* csvLines(result: QueryResult, forTerminal: boolean): Generator<string> {
  const safe = (value: PlainValue) =>
    forTerminal && typeof value === 'string' ? terminalText(value) : value;
  yield csvLine(result.columns.map((column) => safe(column.name)));
  for (const row of plainRows(result)) yield csvLine(row.map(safe));
}

function* plainRows({ columns, rows }: QueryResult): Generator<PlainValue[]> {
  for (const row of rows) yield columns.map((column, index) => plainValue(row[index], column.type));
}

/** What the database refuses is in the statement, which the operator wrote. */
function refuse(cause: unknown): never {
  throw new ConfigurationError(`the query failed: ${(cause as Error).message}`, { cause });
}
