import type { DictionaryTable } from '../contract/dictionary.ts';

/** DuckDB's table function over a table's published files; `root` is the URL or path of the `parquet` directory. */
export function parquetSource(root: string, table: DictionaryTable): string {
  const files = sqlText(`${tableLocation(root, table.name)}/${filePattern(table)}`);
  return table.partition_column === null
    ? `read_parquet(${files})`
    : `read_parquet(${files}, hive_partitioning = true)`;
}

/** Where a table's files stand, without a slash at the end. */
export function tableLocation(root: string, table: string): string {
  return `${root.replace(/\/+$/, '')}/${table}`;
}

/** A table's files below its location. */
export function filePattern({ partition_column }: DictionaryTable): string {
  return partition_column === null ? 'part-0.parquet' : '*/part-0.parquet';
}

/** A string literal of standard SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
