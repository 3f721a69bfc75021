import type { Dictionary, ViewSource } from '../contract/dictionary.ts';
import { bigquery } from './dialects/bigquery.ts';
import { clickhouse } from './dialects/clickhouse.ts';
import type { Dialect, DialectName } from './dialects/dialect.ts';
import { duckdb } from './dialects/duckdb.ts';
import { snowflake } from './dialects/snowflake.ts';
import { spark } from './dialects/spark.ts';
import { athena, trino } from './dialects/trino.ts';

const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  duckdb,
  spark,
  trino,
  athena,
  bigquery,
  snowflake,
  clickhouse,
};

/**
 * A script that makes every published table and every view in an engine, over the Parquet files at `root` (the URL or
 * path of the published `parquet` directory). `views` stand in an order in which each follows those it reads.
 */
export function schemaDdl(
  { tables, contract_version }: Dictionary,
  views: readonly ViewSource[],
  dialectName: DialectName,
  root: string,
): string {
  const dialect = DIALECTS[dialectName];
  const published = tables.filter((table) => table.in_parquet);
  const names = [...published, ...views].map(({ name }) => name);
  const notes = [`DMARC data, contract version ${contract_version}, for ${dialectName}.`, ...dialect.notes];
  const statements = [
    ...(dialect.setup?.(root) ?? []),
    ...published.flatMap((table) => dialect.table(table, root)),
    ...views.map(({ name, select }) => dialect.view(name, select, names)),
  ];
  return [notes.map((note) => `-- ${note}`).join('\n'), ...statements.map((text) => `${text};`), '']
    .join('\n\n')
    .replace(/\n+$/, '\n');
}
