import { metaQuarantine, metaSchemaDrift } from '../../contract/meta.ts';
import type { Database } from '../database.ts';
import { columnNames } from '../ddl.ts';
import { columnList } from '../sql-text.ts';

/** Adds what could not be read, and what the contract does not know, to the tables that tell of it. */
export async function mergeFindings(database: Database): Promise<void> {
  const columns = columnList(columnNames(metaQuarantine));
  await database.run(
    `INSERT INTO meta_quarantine (${columns}) SELECT ${columns} FROM staged_meta_quarantine`,
  );
  await database.run(`
    UPDATE meta_schema_drift o SET last_seen_run_id = s.last_seen_run_id FROM staged_meta_schema_drift s
    WHERE o.stream = s.stream AND o.path = s.path AND o.kind = s.kind`);
  const drift = columnList(columnNames(metaSchemaDrift));
  await database.run(`
    INSERT INTO meta_schema_drift (${drift})
    SELECT ${drift} FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY stream, path, kind ORDER BY _seq, _item) AS rank
      FROM staged_meta_schema_drift
    ) s WHERE rank = 1 AND NOT EXISTS (SELECT 1 FROM meta_schema_drift o
      WHERE o.stream = s.stream AND o.path = s.path AND o.kind = s.kind)`);
}
