import { type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { Bool, type Data, type RecordBatch, Utf8 } from 'apache-arrow';

/**
 * The one way into DuckDB: the buffers of an Arrow batch are copied into the vectors of data chunks, since both keep
 * fixed-width values and validity bits in the same form. Only text and booleans are laid out differently.
 */

/** Rows of a data chunk; a multiple of 64, so that validity bits are cut at whole words. */
const CHUNK_ROWS = 2048;

/** Bytes of DuckDB's `duckdb_string_t` (duckdb.h), and how long a text it holds by itself. */
const STRING_BYTES = 16;
const INLINE_BYTES = 12;

/**
 * A column of a chunk on its way into its vector, by what it is of. All appenders share it: a column is filled and copied
 * at one go. Memory made anew for each takes time.
 */
const stringWords = new Uint32Array((CHUNK_ROWS * STRING_BYTES) / 4);
const stringBytes = new Uint8Array(stringWords.buffer);
const booleanBytes = new Uint8Array(CHUNK_ROWS);
const validityBytes = new Uint8Array(CHUNK_ROWS / 8);

/** Rows that wait in an appender before they go into the table: each time costs as much as some thousand rows. */
const FLUSH_ROWS = 32_768;

/** Appends batches to a table that has their columns in their order. */
export class BatchAppender {
  readonly #appender: DuckDBAppender;
  /** Filled and appended again and again, like its vectors: making them takes time. */
  readonly #chunk: DuckDBDataChunk;
  readonly #vectors: readonly duckdb.Vector[];
  #waiting = 0;

  private constructor(appender: DuckDBAppender) {
    this.#appender = appender;
    const types = Array.from({ length: appender.columnCount }, (_, index) => appender.columnType(index));
    this.#chunk = DuckDBDataChunk.create(types);
    this.#vectors = types.map((_, index) => duckdb.data_chunk_get_vector(this.#chunk.chunk, index));
  }

  /** Throws DuckDB's error if there is no such table. */
  static async open(connection: DuckDBConnection, table: string): Promise<BatchAppender> {
    return new BatchAppender(await connection.createAppender(table));
  }

  /** Appends a batch; its rows are in the table after {@link close} at the latest. Throws DuckDB's error, and TypeError. */
  append(batch: RecordBatch): void {
    const columns = batch.data.children;
    if (columns.length !== this.#vectors.length)
      throw new TypeError(`a batch of ${columns.length} columns for a table of ${this.#vectors.length}`);
    for (let start = 0; start < batch.numRows; start += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, batch.numRows - start);
      this.#chunk.reset();
      this.#chunk.rowCount = rows;
      for (const [index, vector] of this.#vectors.entries())
        fillVector(vector, columns[index] as Data, start, rows);
      this.#appender.appendDataChunk(this.#chunk);
    }
    this.#waiting += batch.numRows;
    if (this.#waiting < FLUSH_ROWS) return;
    this.#appender.flushSync();
    this.#waiting = 0;
  }

  /** Puts what waits into the table. Throws DuckDB's error; the appender is done with in any case. */
  close(): void {
    this.#appender.closeSync();
  }
}

function fillVector(vector: duckdb.Vector, column: Data, start: number, rows: number): void {
  if (column.type instanceof Utf8) fillText(vector, column, start, rows);
  else if (column.type instanceof Bool) fillBooleans(vector, column, start, rows);
  else fillFixedWidth(vector, column, start, rows);
  if (column.nullCount > 0) fillValidity(vector, column, start, rows);
}

function fillFixedWidth(vector: duckdb.Vector, column: Data, start: number, rows: number): void {
  const values = column.values as Int32Array | Float64Array | BigInt64Array;
  const width = values.BYTES_PER_ELEMENT;
  copyInto(vector, values.buffer, values.byteOffset + start * width, rows * width);
}

function fillBooleans(vector: duckdb.Vector, column: Data, start: number, rows: number): void {
  const bits = column.values as Uint8Array;
  for (let row = 0; row < rows; row += 1) {
    const bit = start + row;
    booleanBytes[row] = ((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1;
  }
  copyInto(vector, booleanBytes.buffer, 0, rows);
}

/**
 * A text is a `duckdb_string_t`: its length, then the text itself if it is short, else its first four bytes and a
 * pointer. One call puts all texts of the chunk into the vector's heap as a single one, and the pointers lead into it:
 * a call for each text took six times as long.
 */
function fillText(vector: duckdb.Vector, column: Data, start: number, rows: number): void {
  const offsets = column.valueOffsets as Int32Array;
  const first = offsets[start] ?? 0;
  const texts = (column.values as Uint8Array).subarray(first, offsets[start + rows]);
  const heap = texts.length > INLINE_BYTES ? placeInHeap(vector, texts) : { low: 0, high: 0 };
  // Bytes that a short text leaves free are zero: DuckDB hashes and compares them, too.
  stringWords.fill(0, 0, (rows * STRING_BYTES) / 4);
  for (let row = 0; row < rows; row += 1) {
    const from = (offsets[start + row] ?? 0) - first;
    const length = (offsets[start + row + 1] ?? 0) - first - from;
    const word = row * 4;
    stringWords[word] = length;
    const shown = length <= INLINE_BYTES ? length : 4;
    const target = row * STRING_BYTES + 4;
    for (let at = 0; at < shown; at += 1) stringBytes[target + at] = texts[from + at] ?? 0;
    if (length > INLINE_BYTES) {
      const low = heap.low + from;
      stringWords[word + 2] = low;
      stringWords[word + 3] = heap.high + (low > 0xffff_ffff ? 1 : 0);
    }
  }
  copyInto(vector, stringWords.buffer, 0, rows * STRING_BYTES);
}

/** Copies a text of more than {@link INLINE_BYTES} into the vector's heap; returns where it lies there. */
function placeInHeap(vector: duckdb.Vector, text: Uint8Array): { low: number; high: number } {
  duckdb.vector_assign_string_element_len(vector, 0, text);
  const { buffer, byteOffset } = duckdb.vector_get_data(vector, STRING_BYTES);
  const words = new Uint32Array(buffer, byteOffset, STRING_BYTES / 4);
  return { low: words[2] ?? 0, high: words[3] ?? 0 };
}

function fillValidity(vector: duckdb.Vector, column: Data, start: number, rows: number): void {
  validityBytes.set(column.nullBitmap.subarray(start >> 3, (start + rows + 7) >> 3));
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, validityBytes.buffer, 0, Math.ceil(rows / 64) * 8);
}

function copyInto(
  vector: duckdb.Vector,
  buffer: ArrayBufferLike,
  byteOffset: number,
  byteCount: number,
): void {
  duckdb.copy_data_to_vector(vector, 0, buffer as ArrayBuffer, byteOffset, byteCount);
}
