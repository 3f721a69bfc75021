/** The data dictionary: what every table and view is, as plain data. Types are DuckDB's. */
export interface Dictionary {
  readonly contract_version: number;
  /** In the order of the contract. */
  readonly tables: readonly DictionaryTable[];
  /** In alphabetical order. */
  readonly views: readonly DictionaryView[];
}

export interface DictionaryRelation {
  readonly name: string;
  readonly description: string;
  /** What one row is. */
  readonly grain: string;
  /** Columns that identify a row. */
  readonly key: readonly string[];
  readonly columns: readonly DictionaryColumn[];
}

export interface DictionaryTable extends DictionaryRelation {
  /** The DATE column whose UTC month is the Parquet partition; null = one file. */
  readonly partition_column: string | null;
  /** Whether the table is published as Parquet too, or lives in DuckDB only. */
  readonly in_parquet: boolean;
}

export interface DictionaryView extends DictionaryRelation {
  /** Tables and views that it reads. */
  readonly inputs: readonly string[];
  /** What to know before using it. */
  readonly traps: string;
}

export interface DictionaryColumn {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  /** All that the column can hold but NULL; none where that is open. */
  readonly values: readonly string[];
  /** The table in whose column of the same name every value stands; null = none. */
  readonly references: string | null;
}

/** A view's SELECT, for engines that make the views themselves. */
export interface ViewSource {
  readonly name: string;
  /** The header as comment lines, and one SELECT in the portable SQL of all engines. */
  readonly select: string;
}
