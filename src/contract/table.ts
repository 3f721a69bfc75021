import {
  Bool,
  type DataType,
  DateDay,
  Field,
  Float64,
  Int32,
  Int64,
  Schema,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';

/**
 * The vocabulary in which the tables of the contract are declared. The Arrow schema, with key, partition and
 * descriptions as metadata, is the only place where a column is defined: DuckDB's DDL and comments, Parquet
 * metadata and the data dictionary are derived from it.
 */

/** The contract's version. Columns are only ever added after the last one; none is renamed or retyped inside a version. */
export const CONTRACT_VERSION = 1;

/**
 * How answers are read: 2 = texts in one form, lists in any shape. A dataset that was read in an older way is rebuilt from
 * its journals by the next run.
 */
export const READING_VERSION = 2;

/** What fills a column: an item of an answer, the request, which is the same for all its items, or what the load knows. */
export type ColumnOrigin = 'item' | 'request' | 'load';

/** A table of the contract. */
export interface TableContract {
  readonly name: string;
  readonly description: string;
  /** What one row is. */
  readonly grain: string;
  /** Columns that identify a row; never NULL. */
  readonly key: readonly string[];
  /** The DATE column whose UTC month is the Parquet partition; null = one file. */
  readonly partitionColumn: string | null;
  /** Order of the rows in Parquet: monitor_id, the date, then the key. */
  readonly sortColumns: readonly string[];
  /** Whether the table is published as Parquet too, or lives in DuckDB only. */
  readonly inParquet: boolean;
  readonly schema: Schema;
}

export interface TableDeclaration {
  readonly name: string;
  readonly description: string;
  readonly grain: string;
  readonly key: readonly string[];
  readonly partitionColumn?: string;
  readonly inParquet?: boolean;
  readonly columns: readonly Field[];
}

/** Builds a table of the contract from its declaration. Throws if a key or partition column is not declared. */
export function defineTable(declaration: TableDeclaration): TableContract {
  const names = declaration.columns.map((column) => column.name);
  const partitionColumn = declaration.partitionColumn ?? null;
  for (const column of [...declaration.key, ...(partitionColumn === null ? [] : [partitionColumn])]) {
    if (!names.includes(column)) throw new TypeError(`${declaration.name}: no column ${column}`);
  }
  const leading = [
    ...(names.includes('monitor_id') ? ['monitor_id'] : []),
    ...(partitionColumn === null ? [] : [partitionColumn]),
  ];
  const { name, description, grain, key } = declaration;
  const metadata = new Map([
    ['description', description],
    ['grain', grain],
    ['key', key.join(',')],
    ['partition', partitionColumn ?? ''],
    ['contract_version', String(CONTRACT_VERSION)],
  ]);
  return {
    name,
    description,
    grain,
    key,
    partitionColumn,
    sortColumns: [...new Set([...leading, ...key])],
    inParquet: declaration.inParquet ?? true,
    schema: new Schema([...declaration.columns], metadata),
  };
}

function column(name: string, type: DataType, description: string): Field {
  return new Field(name, type, true, new Map([['description', description]]));
}

export const varchar = (name: string, description: string) => column(name, new Utf8(), description);
export const boolean = (name: string, description: string) => column(name, new Bool(), description);
export const integer = (name: string, description: string) => column(name, new Int32(), description);
export const bigint = (name: string, description: string) => column(name, new Int64(), description);
export const double = (name: string, description: string) => column(name, new Float64(), description);
export const date = (name: string, description: string) => column(name, new DateDay(), description);
export const timestamptz = (name: string, description: string) =>
  column(name, new TimestampMicrosecond('UTC'), description);

/** Marks a column that the load fills; the transform does not produce it. */
export function keptByLoad(field: Field): Field {
  return withMetadata(field, 'origin', 'load' satisfies ColumnOrigin);
}

/** Marks a column that is the same in all rows of an answer. */
export function ofRequest(field: Field): Field {
  return withMetadata(field, 'origin', 'request' satisfies ColumnOrigin);
}

/** What fills this column. */
export function originOf(field: Field): ColumnOrigin {
  return (field.metadata.get('origin') ?? 'item') as ColumnOrigin;
}

/** Marks a column that holds one of `values`, separated by blanks, or NULL, whatever the API sends. */
export function oneOf(field: Field, values: string): Field {
  return withMetadata(field, 'values', values);
}

/** What a column of {@link oneOf} can hold; none for any other column. */
export function valuesOf(field: Field): readonly string[] {
  return field.metadata.get('values')?.split(' ') ?? [];
}

/** Marks a column of which every value stands in the column of the same name of another table. */
export function references(field: Field, table: string): Field {
  return withMetadata(field, 'references', table);
}

/** The table that a column of {@link references} refers to; null for any other column. */
export function referenceOf(field: Field): string | null {
  return field.metadata.get('references') ?? null;
}

function withMetadata(field: Field, key: string, value: string): Field {
  return new Field(field.name, field.type, true, new Map([...field.metadata, [key, value]]));
}

/** The three columns every data table ends with. */
export const lineage: readonly Field[] = [
  varchar('extra', 'JSON text, keys sorted, of fields the contract does not know; NULL if none'),
  ofRequest(varchar('_run_id', "Run that asked for the answer in which the row's values last changed")),
  ofRequest(
    timestamptz('_extracted_at', "When the answer was received in which the row's values last changed"),
  ),
];

/** Names of {@link lineage}'s columns that say where a row came from; an identical answer leaves them alone. */
export const LINEAGE_COLUMNS: readonly string[] = ['_run_id', '_extracted_at'];
