import { fingerprintSql } from '../contract/fingerprint.ts';
import type {
  AggregatedForm,
  CoverageState,
  Knowledge,
  KnownIp,
  KnownMonitor,
  SourcesForm,
} from '../contract/knowledge.ts';
import type { Database, Row } from './database.ts';
import { OWN_ID } from './merge/shared-ids.ts';

/** What the dataset knows, as far as the plan needs it: a few values a monitor and IP, all in memory. */
export async function readKnowledge(database: Database): Promise<Knowledge> {
  return { monitors: await readMonitors(database), ips: await readIps(database) };
}

async function readMonitors(database: Database): Promise<KnownMonitor[]> {
  const rows = await database.rows(`
    SELECT s.monitor_id, s.is_cumulative, s.aggregated_form, s.sources_form,
      epoch_ms(MAX(CASE WHEN p.stream = 'report_sources' THEN p.as_of END)) AS sources_as_of_ms,
      epoch_ms(MAX(CASE WHEN p.stream = 'aggregated_reports' THEN p.as_of END)) AS snapshot_as_of_ms
    FROM meta_monitor_state s LEFT JOIN meta_snapshots p ON p.monitor_id = s.monitor_id
    GROUP BY s.monitor_id, s.is_cumulative, s.aggregated_form, s.sources_form ORDER BY s.monitor_id`);
  return rows.map((row) => ({
    monitor_id: String(row.monitor_id),
    is_cumulative: row.is_cumulative === true,
    aggregated_form: row.aggregated_form as AggregatedForm | null,
    sources_form: row.sources_form as SourcesForm | null,
    sources_as_of_ms: numberOf(row, 'sources_as_of_ms'),
    snapshot_as_of_ms: numberOf(row, 'snapshot_as_of_ms'),
  }));
}

/**
 * The listing that a monitor's newest report sources followed, and when those came: a row that changed later the same
 * day does not belong to it. A run that ends between listing and sources must not make them look up to date.
 */
const LISTED_BEFORE_SOURCES = `
        SELECT s.monitor_id, MAX(s.as_of) AS as_of, MAX(l.snapshot_date) AS snapshot_date
        FROM meta_snapshots s JOIN meta_snapshots l
          ON l.monitor_id = s.monitor_id AND l.stream = 'aggregated_reports' AND l.snapshot_date <= s.snapshot_date
        WHERE s.stream = 'report_sources' GROUP BY s.monitor_id`;

async function readIps(database: Database): Promise<KnownIp[]> {
  const query = `
    SELECT v.monitor_id, v.ip_address, v.state, v.fingerprint, l.fingerprint AS listed_fingerprint,
      epoch_ms(v.detail_as_of) AS detail_as_of_ms, v.detail_volume, v.aggregated_volume, v.served_volume,
      COALESCE(r.detail_rows, 0) AS detail_rows
    FROM meta_coverage v
    LEFT JOIN (
      SELECT a.monitor_id, a.ip_address, ${fingerprintSql('a')} AS fingerprint
      FROM aggregated_reports a JOIN (${LISTED_BEFORE_SOURCES}
      ) p ON p.monitor_id = a.monitor_id AND p.snapshot_date = a.snapshot_date AND a._extracted_at <= p.as_of
    ) l ON l.monitor_id = v.monitor_id AND l.ip_address = v.ip_address
    LEFT JOIN (
      SELECT monitor_id, requested_ip, COUNT(*) AS detail_rows FROM report_records
      WHERE withdrawn_date IS NULL GROUP BY monitor_id, requested_ip
    ) r ON r.monitor_id = v.monitor_id AND r.requested_ip = v.ip_address
    ORDER BY v.monitor_id, v.ip_address`;
  const ips: KnownIp[] = [];
  for await (const rows of database.stream(query)) {
    for (const row of rows) {
      ips.push({
        monitor_id: String(row.monitor_id),
        ip_address: String(row.ip_address),
        state: row.state as CoverageState,
        fingerprint: row.fingerprint as string | null,
        listed_fingerprint: row.listed_fingerprint as string | null,
        detail_as_of_ms: numberOf(row, 'detail_as_of_ms'),
        detail_volume: Number(row.detail_volume),
        detail_rows: Number(row.detail_rows),
        aggregated_volume: numberOf(row, 'aggregated_volume'),
        served_volume: numberOf(row, 'served_volume'),
      });
    }
  }
  return ips;
}

/** The stored records that were asked for under an address: `recordKey` (day and the API's id) → messages. */
export async function readStoredVolumes(
  database: Database,
  monitor_id: string,
  ip_address: string,
): Promise<Map<string, number>> {
  const rows = await database.rows(
    `SELECT report_day || ' ' || ${OWN_ID} AS key, COALESCE(total_volume, 0) AS volume
     FROM report_records WHERE monitor_id = ? AND requested_ip = ? AND withdrawn_date IS NULL`,
    [monitor_id, ip_address],
  );
  return new Map(rows.map((row) => [String(row.key), Number(row.volume)]));
}

function numberOf(row: Row, name: string): number | null {
  const value = row[name];
  return value === null || value === undefined ? null : Number(value);
}
