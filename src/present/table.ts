import Table from 'cli-table3';
import type { Colors } from './colors.ts';
import { displayWidth } from './display-width.ts';
import { jsonText } from './json.ts';
import type { PlainValue } from './plain-value.ts';
import { terminalText } from './terminal-text.ts';

export interface TableStyle {
  readonly colors: Colors;
  /** Columns of the terminal; null = as wide as it gets. */
  readonly width: number | null;
}

/** No column is cut below this, the ellipsis included. */
const LEAST_WIDTH = 6;

/** Two blanks and a border a column. */
const FRAME_WIDTH = 3;

const BLOCK_ROWS = 1_000;

const NO_TOP = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '' };
const NO_BOTTOM = { bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' };

/**
 * A table for people, ending in a line break. Where it would be wider than the terminal, the widest columns are cut
 * to fit; where that leaves nothing to read, each row is told as a list of its columns.
 */
export function renderTable(
  names: readonly string[],
  rows: readonly (readonly PlainValue[])[],
  style: TableStyle,
): string {
  const heads = names.map(terminalText);
  const cells = rows.map((row) => names.map((_, index) => cellText(row[index] ?? null)));
  const widths = heads.map((head, index) =>
    cells.reduce((most, row) => Math.max(most, displayWidth(row[index] ?? '')), displayWidth(head)),
  );
  const room = style.width === null ? null : style.width - 1 - FRAME_WIDTH * names.length;
  const fitted = room === null ? widths : fitWidths(widths, room);
  if (fitted === null) return renderRecords(heads, cells, style);
  const layout = {
    colWidths: fitted.map((width) => width + FRAME_WIDTH - 1),
    colAligns: names.map((_, index) => (isNumeric(rows, index) ? 'right' : 'left') as 'right' | 'left'),
    style: { head: [], border: [], compact: true },
  };
  const painted = cells.map((row, index) =>
    row.map((text, at) => dimNull(text, rows[index]?.[at], style.colors)),
  );
  const head = heads.map((name) => style.colors.bold(name));
  return [...blocksOf(painted)].map((block) => renderBlock(block, head, layout)).join('');
}

interface Block {
  readonly rows: string[][];
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** The rows in pieces, at least one: cli-table3's time grows with the square of what it gets at once. */
function* blocksOf(rows: readonly string[][]): Generator<Block> {
  for (let start = 0; start === 0 || start < rows.length; start += BLOCK_ROWS) {
    const end = start + BLOCK_ROWS;
    yield { rows: rows.slice(start, end), isFirst: start === 0, isLast: end >= rows.length };
  }
}

function renderBlock(block: Block, head: string[], layout: Table.TableConstructorOptions): string {
  const table = new Table({
    ...layout,
    head: block.isFirst ? head : [],
    chars: { ...(block.isFirst ? {} : NO_TOP), ...(block.isLast ? {} : NO_BOTTOM) },
  });
  table.push(...block.rows);
  return `${table.toString()}\n`;
}

/** The widths, the widest cut first until all fit into `room`; null if they do not even at their least. */
export function fitWidths(widths: readonly number[], room: number): number[] | null {
  const least = widths.map((width) => Math.min(width, LEAST_WIDTH));
  if (sum(least) > room) return null;
  let most = Math.max(LEAST_WIDTH, ...widths);
  while (sum(widths.map((width) => Math.min(width, most))) > room) most -= 1;
  return widths.map((width) => Math.min(width, most));
}

function renderRecords(
  heads: readonly string[],
  cells: readonly (readonly string[])[],
  style: TableStyle,
): string {
  const margin = Math.max(...heads.map(displayWidth));
  return cells
    .map((row, index) => {
      const title = style.colors.dim(`row ${index + 1}`);
      const lines = heads.map((head, at) => {
        const gap = ' '.repeat(margin - displayWidth(head));
        return `  ${style.colors.bold(head)}${gap}  ${row[at] ?? ''}`;
      });
      return `${[title, ...lines].join('\n')}\n`;
    })
    .join('');
}

function cellText(value: PlainValue): string {
  if (value === null) return 'NULL';
  return terminalText(typeof value === 'object' ? jsonText(value) : String(value));
}

function dimNull(text: string, value: PlainValue | undefined, colors: Colors): string {
  return value === null || value === undefined ? colors.dim(text) : text;
}

function isNumeric(rows: readonly (readonly PlainValue[])[], index: number): boolean {
  const values = rows.map((row) => row[index] ?? null).filter((value) => value !== null);
  return values.length > 0 && values.every((value) => typeof value === 'number' || typeof value === 'bigint');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
