import { parquetSource } from '../parquet-source.ts';
import { createView, type Dialect } from './dialect.ts';

/** DuckDB over a copy of the Parquet files, e.g. on S3; beside the published files is dmarc.duckdb with all of this. */
export const duckdb: Dialect = {
  notes: ['For s3:// and https://, run INSTALL httpfs and LOAD httpfs first.'],
  table: (table, root) => [createView(table.name, `SELECT * FROM ${parquetSource(root, table)}`)],
  view: createView,
};
