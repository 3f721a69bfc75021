import { type Data, DataType, type Field, makeData } from 'apache-arrow';
import { DataError } from '../errors.ts';

/** What a cell of a staged table is filled with: days as number, time stamps as microseconds in a bigint. */
export type Cell = string | number | bigint | boolean | null;

type FixedArray = Int32Array | Float64Array | BigInt64Array | Uint8Array;

const INITIAL_ROWS = 256;
const INITIAL_BYTES = 4096;

/** Offsets of a Utf8 column are 32 bits wide. */
const MAX_BYTES = 2 ** 31 - 1;

/** From this length on the platform's encoder beats a loop over the characters. */
const LONG_TEXT = 48;

const encoder = new TextEncoder();

/** One growing Arrow column, filled by hand: Arrow's own builders are an order of magnitude slower. */
abstract class ColumnBuilder {
  readonly field: Field;
  protected length = 0;
  protected nullCount = 0;
  protected capacity = INITIAL_ROWS;
  protected validity = new Uint8Array(INITIAL_ROWS / 8);

  constructor(field: Field) {
    this.field = field;
  }

  /** Appends a cell. Throws a TypeError, and leaves the column as it was, if the cell is not of the column's type. */
  append(cell: Cell | undefined): void {
    if (this.length === this.capacity) this.grow();
    if (cell === null) this.nullCount++;
    else {
      this.set(this.length, cell);
      setBit(this.validity, this.length);
    }
    this.length++;
  }

  /** The column as Arrow data; the builder is done with. */
  abstract finish(): Data;

  protected abstract set(row: number, cell: Cell | undefined): void;

  protected grow(): void {
    this.capacity *= 2;
    this.validity = grown(this.validity, this.capacity / 8);
  }

  protected nulls() {
    const nullBitmap = this.validity.subarray(0, Math.ceil(this.length / 8));
    return { length: this.length, nullCount: this.nullCount, nullBitmap };
  }

  protected refuse(cell: Cell | undefined): never {
    throw new TypeError(`column ${this.field.name} (${this.field.type}) cannot hold a ${typeof cell}`);
  }
}

class NumberColumn extends ColumnBuilder {
  private values: Int32Array | Float64Array;

  constructor(field: Field, values: Int32Array | Float64Array) {
    super(field);
    this.values = values;
  }

  protected override set(row: number, cell: Cell | undefined): void {
    if (typeof cell !== 'number') this.refuse(cell);
    this.values[row] = cell;
  }

  protected override grow(): void {
    super.grow();
    this.values = grown(this.values, this.capacity);
  }

  override finish(): Data {
    return makeData({ type: this.field.type, ...this.nulls(), data: this.values.subarray(0, this.length) });
  }
}

class BigintColumn extends ColumnBuilder {
  private values = new BigInt64Array(INITIAL_ROWS);

  protected override set(row: number, cell: Cell | undefined): void {
    if (typeof cell === 'number') this.values[row] = BigInt(cell);
    else if (typeof cell === 'bigint') this.values[row] = cell;
    else this.refuse(cell);
  }

  protected override grow(): void {
    super.grow();
    this.values = grown(this.values, this.capacity);
  }

  override finish(): Data {
    return makeData({ type: this.field.type, ...this.nulls(), data: this.values.subarray(0, this.length) });
  }
}

class BooleanColumn extends ColumnBuilder {
  private values = new Uint8Array(INITIAL_ROWS / 8);

  protected override set(row: number, cell: Cell | undefined): void {
    if (typeof cell !== 'boolean') this.refuse(cell);
    if (cell) setBit(this.values, row);
  }

  protected override grow(): void {
    super.grow();
    this.values = grown(this.values, this.capacity / 8);
  }

  override finish(): Data {
    const data = this.values.subarray(0, Math.ceil(this.length / 8));
    return makeData({ type: this.field.type, ...this.nulls(), data });
  }
}

class TextColumn extends ColumnBuilder {
  private bytes = new Uint8Array(INITIAL_BYTES);
  private used = 0;
  private offsets = new Int32Array(INITIAL_ROWS + 1);

  override append(cell: Cell | undefined): void {
    super.append(cell);
    this.offsets[this.length] = this.used;
  }

  protected override set(_row: number, cell: Cell | undefined): void {
    if (typeof cell !== 'string') this.refuse(cell);
    const needed = this.used + cell.length * 3;
    if (needed > this.bytes.length) this.reserve(needed);
    this.used += cell.length < LONG_TEXT ? this.writeShort(cell) : this.writeFrom(cell, 0);
  }

  /** ASCII is its own UTF-8; the first other character hands over to the encoder. */
  private writeShort(text: string): number {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) return this.writeFrom(text, at);
      this.bytes[this.used + at] = code;
    }
    return text.length;
  }

  /** Encodes from character `at`, before which all is ASCII and written; lone surrogates become U+FFFD. */
  private writeFrom(text: string, at: number): number {
    return at + encoder.encodeInto(text.slice(at), this.bytes.subarray(this.used + at)).written;
  }

  private reserve(needed: number): void {
    if (needed > MAX_BYTES)
      throw new DataError(`column ${this.field.name}: more than 2 GiB of text in a batch`);
    this.bytes = grown(this.bytes, Math.min(Math.max(needed, this.bytes.length * 2), MAX_BYTES));
  }

  protected override grow(): void {
    super.grow();
    this.offsets = grown(this.offsets, this.capacity + 1);
  }

  override finish(): Data {
    const valueOffsets = this.offsets.subarray(0, this.length + 1);
    const data = this.bytes.subarray(0, this.used);
    return makeData({ type: this.field.type, ...this.nulls(), valueOffsets, data });
  }
}

export type { ColumnBuilder };

/** A builder for a column of one of the contract's types. */
export function columnBuilder(field: Field): ColumnBuilder {
  const { type } = field;
  if (DataType.isUtf8(type)) return new TextColumn(field);
  if (DataType.isBool(type)) return new BooleanColumn(field);
  if (DataType.isTimestamp(type)) return new BigintColumn(field);
  if (DataType.isInt(type) && type.bitWidth === 64) return new BigintColumn(field);
  if (DataType.isFloat(type)) return new NumberColumn(field, new Float64Array(INITIAL_ROWS));
  if (DataType.isInt(type) || DataType.isDate(type))
    return new NumberColumn(field, new Int32Array(INITIAL_ROWS));
  throw new TypeError(`column ${field.name}: no builder for ${type}`);
}

function setBit(bits: Uint8Array, at: number): void {
  const index = at >> 3;
  bits[index] = (bits[index] ?? 0) | (1 << (at & 7));
}

function grown<A extends FixedArray>(array: A, length: number): A {
  const larger = new (array.constructor as new (length: number) => A)(length);
  larger.set(array as never);
  return larger;
}
