import { makeData, RecordBatch, type Schema, Struct } from 'apache-arrow';
import { type Cell, type ColumnBuilder, columnBuilder } from './column-builder.ts';

/** A row of a staged table: a cell for each of its columns. */
export type Row = Readonly<Record<string, Cell>>;

/** Collects rows of one table into one Arrow record batch. */
export class BatchBuilder {
  private readonly schema: Schema;
  private readonly columns: readonly ColumnBuilder[];
  private length = 0;

  constructor(schema: Schema) {
    this.schema = schema;
    this.columns = schema.fields.map(columnBuilder);
  }

  /** Appends a row. Throws a TypeError if a column has no cell, or one of another type; the batch is lost then. */
  append(row: Row): void {
    for (const column of this.columns) column.append(row[column.field.name]);
    this.length++;
  }

  /** The batch, with exactly the schema given; the builder is done with. */
  finish(): RecordBatch {
    const children = this.columns.map((column) => column.finish());
    const type = new Struct(this.schema.fields);
    return new RecordBatch(this.schema, makeData({ type, length: this.length, nullCount: 0, children }));
  }
}
