import { type Data, type Field, makeData, RecordBatch, type Schema, Struct } from 'apache-arrow';
import { buildColumn, type Cell } from './column-builder.ts';

/** A row of a staged table: a cell for each of its columns, in their order. */
export type Row = Readonly<Record<string, Cell>>;

interface Column {
  readonly field: Field;
  readonly cells: Cell[];
}

/** Collects rows of one table into one Arrow record batch. */
export class BatchBuilder {
  private readonly schema: Schema;
  private readonly columns: readonly Column[];
  private length = 0;

  constructor(schema: Schema) {
    this.schema = schema;
    this.columns = schema.fields.map((field) => ({ field, cells: noCells() }));
  }

  /**
   * Appends a row. Throws a TypeError if its names are not those of the columns, in their order; the batch is lost then.
   * Going along the row is several times faster than looking up each column in it.
   */
  append(row: Row): void {
    let index = 0;
    for (const name in row) {
      const column = this.columns[index++];
      if (column?.field.name !== name) refuse(column, name);
      column.cells.push(row[name] as Cell);
    }
    if (index < this.columns.length) refuse(this.columns[index], 'no cell');
    this.length++;
  }

  /** The batch, with exactly the schema given. Throws a TypeError for a cell that is not of its column's type. */
  finish(): RecordBatch {
    const { schema, length } = this;
    const columns = this.columns.map(({ field, cells }) => buildColumn(field, cells));
    return batchOf(schema, length, columns);
  }
}

/** The record batch of columns that have so many rows each. */
export function batchOf(schema: Schema, length: number, columns: Data[]): RecordBatch {
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length, nullCount: 0, children: columns }));
}

/** An empty array of which V8 knows that it can hold anything: `push` on arrays of several kinds is slower. */
function noCells(): Cell[] {
  const cells: Cell[] = [null];
  cells.pop();
  return cells;
}

function refuse(column: Column | undefined, got: string): never {
  const expected = column === undefined ? 'end of the row' : `column ${column.field.name}`;
  throw new TypeError(`${expected}: the row has ${got} there`);
}
