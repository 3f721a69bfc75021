/** Copies the two big tables into one sorted Parquet file a month, as the published layout has them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const SORT = {
  report_records: 'monitor_id, report_date, record_id',
  auth_results: 'monitor_id, report_date, record_id, auth_type, position',
};

export async function exportMonths(connection, directory) {
  for (const [table, sort] of Object.entries(SORT)) {
    const reader = await connection.runAndReadAll(
      `SELECT DISTINCT strftime(report_date, '%Y-%m-01') AS month FROM ${table} ORDER BY month`,
    );
    for (const [month] of reader.getRows()) {
      const to = join(directory, 'parquet', table, `month=${month}`);
      mkdirSync(to, { recursive: true });
      await connection.run(`
        COPY (SELECT * FROM ${table} WHERE strftime(report_date, '%Y-%m-01') = '${month}' ORDER BY ${sort})
        TO '${join(to, 'part-0.parquet')}' (FORMAT parquet, COMPRESSION zstd)`);
    }
  }
}
