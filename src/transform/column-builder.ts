import { type Data, DataType, type Field, makeData } from 'apache-arrow';
import { DataError } from '../errors.ts';

/** What a cell of a staged table is filled with: days as number, time stamps as microseconds in a bigint. */
export type Cell = string | number | bigint | boolean | null;

type FixedArray = Int32Array | Float64Array | BigInt64Array | Uint8Array;

const INITIAL_ROWS = 256;

/** Offsets of a Utf8 column are 32 bits wide. */
const MAX_BYTES = 2 ** 31 - 1;

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
  /** A text a row, '' for NULL. */
  private readonly texts: string[] = [];

  override append(cell: Cell | undefined): void {
    super.append(cell);
    if (cell === null) this.texts.push('');
  }

  protected override set(_row: number, cell: Cell | undefined): void {
    if (typeof cell !== 'string') this.refuse(cell);
    this.texts.push(cell);
  }

  /** All texts are encoded as one, which is as long in bytes as in characters if it is ASCII. */
  override finish(): Data {
    const whole = this.texts.join('');
    const bytes = encoder.encode(whole);
    if (bytes.length !== whole.length) return this.finishSingly(whole.length * 3);
    const valueOffsets = new Int32Array(this.length + 1);
    let end = 0;
    for (let row = 0; row < this.length; row++) {
      end += this.texts[row]?.length ?? 0;
      valueOffsets[row + 1] = end;
    }
    return makeData({ type: this.field.type, ...this.nulls(), valueOffsets, data: bytes });
  }

  /** Each text by itself, so that halves of characters at their ends do not become one; each is U+FFFD. */
  private finishSingly(mostBytes: number): Data {
    if (mostBytes > MAX_BYTES)
      throw new DataError(`column ${this.field.name}: more than 2 GiB of text in a batch`);
    const valueOffsets = new Int32Array(this.length + 1);
    const bytes = new Uint8Array(mostBytes);
    let end = 0;
    for (const [row, text] of this.texts.entries()) {
      end += encoder.encodeInto(text, bytes.subarray(end)).written;
      valueOffsets[row + 1] = end;
    }
    return makeData({ type: this.field.type, ...this.nulls(), valueOffsets, data: bytes.subarray(0, end) });
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
