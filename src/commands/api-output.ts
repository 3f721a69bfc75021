import type { OpenClient } from '../client/open-client.ts';
import { EXIT } from '../errors.ts';
import type { TransportRequest } from '../extract/transport.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { jsonText } from '../present/json.ts';
import type { PlainValue } from '../present/plain-value.ts';
import { formatCountOf } from '../present/quantities.ts';
import type { Terminal } from '../present/terminal.ts';
import { terminalText } from '../present/terminal-text.ts';
import type { WriteValues } from './api-flags.ts';

/** The flag that decides on the form. */
export interface FormValues {
  readonly json?: boolean | undefined;
}

/** Columns for people: name → what of a row stands there. */
export type RowColumns<T> = Readonly<Record<string, (row: T) => PlainValue>>;

/** Whether a result is told as JSON: if asked, and wherever no terminal shows it. */
export function wantsJson({ json }: FormValues, { stdout }: Terminal): boolean {
  return json === true || !stdout.isTTY;
}

/** Prints rows of the API: a table for people, otherwise a JSON array of the rows as they came, one a line. */
export async function printRows<T extends { readonly raw: unknown }>(
  values: FormValues,
  terminal: Terminal,
  rows: AsyncIterable<T>,
  columns: RowColumns<T>,
): Promise<number> {
  const read = await collect(rows);
  if (wantsJson(values, terminal)) {
    const lines = read.map(({ raw }) => jsonText(raw)).join(',\n');
    await terminal.stdout.write(lines === '' ? '[]\n' : `[\n${lines}\n]\n`);
    return EXIT.ok;
  }
  const cells = read.map((row) => Object.values(columns).map((cell) => cell(row)));
  await printTable(terminal, Object.keys(columns), cells);
  await terminal.stderr.write(`${formatCountOf(read.length, 'row')}\n`);
  return EXIT.ok;
}

/** All of them; Array.fromAsync is not in every Node that is supported. */
export async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** Prints a table, cut to the terminal. */
export async function printTable(
  { stdout, environment }: Terminal,
  names: readonly string[],
  rows: readonly (readonly PlainValue[])[],
): Promise<void> {
  const { renderTable } = await import('../present/table.ts');
  const colors = colorsFor(wantsColors(stdout, environment));
  await stdout.write(renderTable(names, rows, { colors, width: stdout.columns }));
}

/** Prints what came of a change: one JSON object, or lines for people. */
export async function printOutcome(
  values: FormValues,
  terminal: Terminal,
  outcome: Readonly<Record<string, unknown>>,
  lines: readonly string[],
): Promise<void> {
  const text = wantsJson(values, terminal) ? jsonText(outcome) : lines.map(terminalText).join('\n');
  await terminal.stdout.write(`${text}\n`);
}

/** With --dry-run: prints the requests that would be sent, and resolves to the exit code. */
export async function printDryRun(
  values: WriteValues,
  terminal: Terminal,
  { urlOf }: OpenClient,
  requests: readonly TransportRequest[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  const told = requests.map((request) => ({
    method: request.method,
    url: urlOf(request),
    ...(request.json === undefined ? {} : { body: request.json }),
  }));
  const lines = told.map(({ method, url, body }) => {
    return `would send ${method} ${url}${body === undefined ? '' : ` ${jsonText(body)}`}`;
  });
  await printOutcome(values, terminal, { dry_run: true, ...more, requests: told }, lines);
  return EXIT.ok;
}
