import { resolveThresholds } from '../contract/thresholds.ts';
import type { Database } from './database.ts';
import { RETAIN_DAYS } from './retention.ts';
import { literal } from './sql-text.ts';

/**
 * Fills the tables that come from no answer: the thresholds (`given` by name, the others with their defaults), and the
 * days from the first record to `as_of_date`, or to the newest record if that is later. Throws ConfigurationError for a threshold that there is not.
 */
export async function fillReferenceTables(
  database: Database,
  given: Readonly<Record<string, number>> = {},
): Promise<void> {
  const thresholds = resolveThresholds(given).map(
    ({ name, value, description }) => `(${literal(name)}, ${value}, ${literal(description)})`,
  );
  await database.run(`DELETE FROM parameters WHERE name <> ${literal(RETAIN_DAYS)}`);
  await database.run(`INSERT INTO parameters (name, value, description) VALUES ${thresholds.join(', ')}`);
  await database.run('DELETE FROM calendar');
  await database.run(`
    INSERT INTO calendar (day, day_number, month)
    SELECT DATE '1970-01-01' + n, n, CAST(date_trunc('month', DATE '1970-01-01' + n) AS DATE) FROM (
      SELECT CAST(UNNEST(RANGE(first_day, GREATEST(as_of_day, last_day) + 1)) AS INTEGER) AS n
      FROM (SELECT MIN(report_day) AS first_day, MAX(report_day) AS last_day FROM report_records),
        (SELECT MAX(as_of_day) AS as_of_day FROM meta_runs)
      WHERE first_day IS NOT NULL AND as_of_day IS NOT NULL
    )`);
}
