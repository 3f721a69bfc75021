import { fingerprintSql } from '../../contract/fingerprint.ts';
import type { Database } from '../database.ts';
import { markWithdrawn } from './served.ts';

/** An address that cannot stand in a path: nothing, blanks, `.` or `..`; the extraction never asks for one. */
const UNASKABLE = `regexp_full_match(v.ip_address, '\\s*|\\.{1,2}')`;

/** A request from an earlier day on, or without one, asks for all there is; `--since` asks for less. */
const ASKS_FOR_ALL = `(window_from IS NULL OR window_from <= DATE '2012-01-01')`;

/**
 * Brings `meta_coverage` up to date: the IPs of every complete listing, what was read to its end, what the API took back
 * of it, the stored volume, and the state that follows. Runs last, when all rows and snapshots of the journal are merged.
 */
export async function updateCoverage(database: Database, run_id: string, day: string): Promise<void> {
  await addListed(database);
  await addDetails(database);
  await markWithdrawn(database, run_id, day);
  await sumVolumes(database);
  await decideStates(database);
}

/**
 * Makes the temporary table `withdrawn`: IPs that answered 404 while they were listed. They keep the state `gone` as
 * long as their listing stays the same; an IP that is gone because it was no longer listed does not. Runs before the
 * snapshots of this journal are recorded.
 */
export async function findWithdrawn(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE withdrawn AS
    SELECT v.monitor_id, v.ip_address FROM meta_coverage v JOIN (
      SELECT monitor_id, MAX(as_of) AS as_of FROM meta_snapshots WHERE stream = 'aggregated_reports' GROUP BY monitor_id
    ) p ON p.monitor_id = v.monitor_id AND p.as_of = v.listed_at
    WHERE v.state = 'gone'`);
}

async function addListed(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE listed AS
    SELECT n.monitor_id, n.ip_address, n.ip_canonical, n.total_volume_as_of, c.as_of
    FROM received_aggregated_reports n
    JOIN complete_listings c ON c.stream = 'aggregated_reports' AND c.monitor_id = n.monitor_id`);
  await database.run(`
    UPDATE meta_coverage v SET aggregated_volume = l.total_volume_as_of, listed_at = l.as_of
    FROM listed l WHERE v.monitor_id = l.monitor_id AND v.ip_address = l.ip_address`);
  await database.run(`
    INSERT INTO meta_coverage (monitor_id, ip_address, ip_canonical, state, aggregated_volume, listed_at, detail_volume)
    SELECT l.monitor_id, l.ip_address, l.ip_canonical, 'never', l.total_volume_as_of, l.as_of, 0 FROM listed l
    WHERE NOT EXISTS (SELECT 1 FROM meta_coverage v
      WHERE v.monitor_id = l.monitor_id AND v.ip_address = l.ip_address)`);
}

/** Details are complete when their last page was read, or when the IP answered 404. */
async function addDetails(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE completed AS
    SELECT monitor_id, requested_ip, fingerprint, _extracted_at, status FROM (
      SELECT *, ROW_NUMBER() OVER (PARTITION BY monitor_id, requested_ip ORDER BY _seq DESC) AS rank
      FROM staged_attempts
      WHERE stream = 'report_records' AND ((status IN (200, 204) AND is_last AND ${ASKS_FOR_ALL}) OR status = 404)
    ) WHERE rank = 1`);
  await database.run(`
    UPDATE meta_coverage v SET fingerprint = d.fingerprint, detail_as_of = d._extracted_at
    FROM completed d WHERE v.monitor_id = d.monitor_id AND v.ip_address = d.requested_ip`);
}

/**
 * The volume that is stored of each IP that was asked for, and that of its newest complete answer: where reading stopped
 * as soon as all was there, that is what is stored. A sum past the largest BIGINT, which only made-up volumes reach, is
 * that: data must never stop a load.
 */
async function sumVolumes(database: Database): Promise<void> {
  await database.run(`
    UPDATE meta_coverage v SET detail_volume = r.volume FROM (
      SELECT a.monitor_id, a.requested_ip,
        CAST(LEAST(COALESCE(SUM(o.total_volume), 0), 9223372036854775807) AS BIGINT) AS volume
      FROM (SELECT DISTINCT monitor_id, requested_ip FROM staged_attempts WHERE stream = 'report_records') a
      LEFT JOIN report_records o
        ON o.monitor_id = a.monitor_id AND o.requested_ip = a.requested_ip AND o.withdrawn_date IS NULL
      GROUP BY a.monitor_id, a.requested_ip
    ) r WHERE v.monitor_id = r.monitor_id AND v.ip_address = r.requested_ip`);
  await database.run(`
    UPDATE meta_coverage v SET served_volume = CASE
      WHEN d.status = 404 THEN 0
      WHEN v.detail_volume = v.aggregated_volume THEN v.detail_volume ELSE COALESCE(i.volume, 0) END
    FROM completed d
    LEFT JOIN read_ips i ON i.monitor_id = d.monitor_id AND i.requested_ip = d.requested_ip
    WHERE v.monitor_id = d.monitor_id AND v.ip_address = d.requested_ip`);
}

async function decideStates(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE newest_listed AS
    SELECT a.monitor_id, a.ip_address, ${fingerprintSql('a')} AS fingerprint
    FROM aggregated_reports a JOIN (
      SELECT monitor_id, MAX(snapshot_date) AS snapshot_date FROM meta_snapshots
      WHERE stream = 'aggregated_reports' GROUP BY monitor_id
    ) p ON p.monitor_id = a.monitor_id AND p.snapshot_date = a.snapshot_date`);
  await database.run(`
    UPDATE meta_coverage o SET state = d.state FROM (
      SELECT v.monitor_id, v.ip_address, CASE
        WHEN ${UNASKABLE} THEN 'unaskable'
        WHEN l.ip_address IS NULL OR c.status = 404 THEN 'gone'
        WHEN v.detail_as_of IS NULL THEN 'never'
        WHEN v.fingerprint IS DISTINCT FROM l.fingerprint THEN 'stale'
        WHEN c.status IS NULL AND w.ip_address IS NOT NULL THEN 'gone'
        ELSE 'current' END AS state
      FROM meta_coverage v
      LEFT JOIN newest_listed l ON l.monitor_id = v.monitor_id AND l.ip_address = v.ip_address
      LEFT JOIN completed c ON c.monitor_id = v.monitor_id AND c.requested_ip = v.ip_address
      LEFT JOIN withdrawn w ON w.monitor_id = v.monitor_id AND w.ip_address = v.ip_address
    ) d WHERE o.monitor_id = d.monitor_id AND o.ip_address = d.ip_address AND o.state <> d.state`);
}
