import { type DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { Bool, type Data, type RecordBatch, Utf8 } from 'apache-arrow';

/**
 * The one way into DuckDB: the buffers of an Arrow batch are copied into the vectors of data chunks, since both keep
 * fixed-width values and validity bits in the same form. Only text and booleans are laid out differently.
 */

/** Rows of a data chunk; a multiple of 64, so that validity bits are cut at whole words. */
const CHUNK_ROWS = 2048;

/**
 * Appends a batch to a table that has the batch's columns in the batch's order. The rows are in the table when the
 * promise resolves. Throws DuckDB's error; then none of the rows of the failed chunk are there.
 */
export async function appendBatch(
  connection: DuckDBConnection,
  table: string,
  batch: RecordBatch,
): Promise<void> {
  const appender = await connection.createAppender(table);
  const types = Array.from({ length: appender.columnCount }, (_, index) => appender.columnType(index));
  try {
    for (let start = 0; start < batch.numRows; start += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, batch.numRows - start);
      const chunk = DuckDBDataChunk.create(types, rows);
      batch.data.children.forEach((column, index) => {
        fillVector(duckdb.data_chunk_get_vector(chunk.chunk, index), column, start, rows);
      });
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
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
  const bytes = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const bit = start + row;
    bytes[row] = ((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1;
  }
  copyInto(vector, bytes.buffer, 0, rows);
}

function fillText(vector: duckdb.Vector, column: Data, start: number, rows: number): void {
  const offsets = column.valueOffsets as Int32Array;
  const bytes = column.values as Uint8Array;
  const valid = column.nullCount > 0 ? column.nullBitmap : undefined;
  for (let row = 0; row < rows; row += 1) {
    const index = start + row;
    if (valid !== undefined && (((valid[index >> 3] ?? 0) >> (index & 7)) & 1) === 0) continue;
    const text = bytes.subarray(offsets[index] ?? 0, offsets[index + 1] ?? 0);
    duckdb.vector_assign_string_element_len(vector, row, text);
  }
}

function fillValidity(vector: duckdb.Vector, column: Data, start: number, rows: number): void {
  const words = new Uint8Array(Math.ceil(rows / 64) * 8);
  words.set(column.nullBitmap.subarray(start >> 3, (start + rows + 7) >> 3));
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, words.buffer, 0, words.byteLength);
}

function copyInto(
  vector: duckdb.Vector,
  buffer: ArrayBufferLike,
  byteOffset: number,
  byteCount: number,
): void {
  duckdb.copy_data_to_vector(vector, 0, buffer as ArrayBuffer, byteOffset, byteCount);
}
