import { Data, DataType, type Field } from 'apache-arrow';
import { DataError } from '../errors.ts';

/** What a cell of a staged table is filled with: days as number, time stamps as microseconds in a bigint. */
export type Cell = string | number | bigint | boolean | null;

/** The cells of a column from the first row to the last; what is undefined is refused. */
type Cells = readonly (Cell | undefined)[];

/** Offsets of a Utf8 column are 32 bits wide. */
const MAX_BYTES = 2 ** 31 - 1;

const encoder = new TextEncoder();

/**
 * An Arrow column of one of the contract's types, filled by hand: Arrow's own builders are an order of magnitude slower.
 * Throws a TypeError for a cell that is not of the column's type.
 */
export function buildColumn(field: Field, cells: Cells): Data {
  const { type } = field;
  if (DataType.isUtf8(type)) return textColumn(field, cells);
  if (DataType.isBool(type)) return booleanColumn(field, cells);
  if (DataType.isTimestamp(type)) return bigintColumn(field, cells);
  if (DataType.isInt(type) && type.bitWidth === 64) return bigintColumn(field, cells);
  if (DataType.isFloat(type)) return numberColumn(field, cells, new Float64Array(cells.length));
  if (DataType.isInt(type) || DataType.isDate(type))
    return numberColumn(field, cells, new Int32Array(cells.length));
  throw new TypeError(`column ${field.name}: no builder for ${type}`);
}

function numberColumn(field: Field, cells: Cells, data: Int32Array | Float64Array): Data {
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (typeof cell === 'number') data[row] = cell;
    else if (cell !== null) refuse(field, cell);
  }
  return columnOf(field, cells, data);
}

function bigintColumn(field: Field, cells: Cells): Data {
  const data = new BigInt64Array(cells.length);
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (typeof cell === 'number') data[row] = BigInt(cell);
    else if (typeof cell === 'bigint') data[row] = cell;
    else if (cell !== null) refuse(field, cell);
  }
  return columnOf(field, cells, data);
}

function booleanColumn(field: Field, cells: Cells): Data {
  const data = bitmapOf(cells);
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (cell === true) setBit(data, row);
    else if (cell !== false && cell !== null) refuse(field, cell);
  }
  return columnOf(field, cells, data);
}

/** All texts are encoded as one, which is as long in bytes as in characters if it is ASCII. */
function textColumn(field: Field, cells: Cells): Data {
  const valueOffsets = new Int32Array(cells.length + 1);
  let end = 0;
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    if (typeof cell === 'string') end += cell.length;
    else if (cell !== null) refuse(field, cell);
    valueOffsets[row + 1] = end;
  }
  const data = encoder.encode(cells.join(''));
  if (data.length !== end) return unicodeColumn(field, cells as readonly (string | null)[], end * 3);
  return columnOf(field, cells, data, valueOffsets);
}

/** Each text by itself, so that halves of characters at their ends do not become one; each is U+FFFD. */
function unicodeColumn(field: Field, texts: readonly (string | null)[], mostBytes: number): Data {
  if (mostBytes > MAX_BYTES) throw new DataError(`column ${field.name}: more than 2 GiB of text in a batch`);
  const valueOffsets = new Int32Array(texts.length + 1);
  const bytes = new Uint8Array(mostBytes);
  let end = 0;
  for (const [row, text] of texts.entries()) {
    if (text !== null) end += encoder.encodeInto(text, bytes.subarray(end)).written;
    valueOffsets[row + 1] = end;
  }
  return columnOf(field, texts, bytes.subarray(0, end), valueOffsets);
}

/** A column of these values; `cells` say which of them are null. */
function columnOf(field: Field, cells: Cells, values: unknown, valueOffsets?: Int32Array): Data {
  const nullBitmap = bitmapOf(cells);
  let nullCount = 0;
  for (let row = 0; row < cells.length; row++) {
    if (cells[row] === null) nullCount++;
    else setBit(nullBitmap, row);
  }
  return new Data(field.type, 0, cells.length, nullCount, [valueOffsets, values, nullBitmap]);
}

/** A bit for each cell, none set. */
function bitmapOf(cells: Cells): Uint8Array {
  return new Uint8Array(Math.ceil(cells.length / 8));
}

function setBit(bits: Uint8Array, at: number): void {
  const index = at >> 3;
  bits[index] = (bits[index] ?? 0) | (1 << (at & 7));
}

function refuse({ name, type }: Field, cell: Cell | undefined): never {
  throw new TypeError(`column ${name} (${type}) cannot hold a ${typeof cell}`);
}
