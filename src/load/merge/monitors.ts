import { dmarcPolicies } from '../../contract/dmarc-policies.ts';
import { monitors } from '../../contract/monitors.ts';
import type { Database } from '../database.ts';
import { stagedName } from '../ddl.ts';
import { anyDistinct, columnList, identifier, keysEqual, literal } from '../sql-text.ts';
import { answerColumns } from './received.ts';
import {
  countKept,
  dropSuperseded,
  findKnown,
  type ItemCounts,
  keepNewest,
  replaceChanged,
} from './settle.ts';

/** Columns of a monitor whose change makes a new version in `monitor_history`. */
const VERSIONED = ['dmarc_record', 'wanted_dmarc_record', 'dmarc_valid', 'spf_record', 'spf_status'];

/** Whether this journal lists all monitors; only then does it say that a monitor is missing. */
const LISTING_IS_COMPLETE = `EXISTS (SELECT 1 FROM complete_listings WHERE stream = 'monitors')`;

/**
 * Merges the monitors of this journal (run on `day`, an ISO date), their parsed policies and their history. Also an
 * incomplete listing counts for the monitors it has; only a complete one makes others inactive.
 */
export async function mergeMonitors(database: Database, day: string): Promise<ItemCounts> {
  const dropped = await keepNewest(database, monitors);
  await findKnown(database, monitors);
  await upsertMonitors(database, day);
  await mergePolicies(database);
  await addVersions(database);
  await deactivateMissing(database);
  return { ...dropped, summed: 0n, ...(await countKept(database, monitors)) };
}

/** New values and lineage where something changed; for every monitor of the journal, that it was seen on `day`. */
async function upsertMonitors(database: Database, day: string): Promise<void> {
  const date = `DATE ${literal(day)}`;
  const columns = answerColumns(monitors);
  const assignments = columns.map((name) => `${identifier(name)} = n.${identifier(name)}`).join(', ');
  await database.run(`
    UPDATE monitors o SET ${assignments} FROM received_monitors n
    JOIN known_monitors k ON k.monitor_id = n.monitor_id AND k.is_changed
    WHERE o.monitor_id = n.monitor_id`);
  await database.run(`
    INSERT INTO monitors (${columnList(columns)}, is_active, first_seen_date, last_seen_date)
    SELECT ${columnList(columns, 'n')}, TRUE, ${date}, ${date} FROM received_monitors n
    WHERE NOT EXISTS (SELECT 1 FROM known_monitors k WHERE k.monitor_id = n.monitor_id)`);
  await database.run(`
    UPDATE monitors o SET is_active = TRUE, last_seen_date = GREATEST(o.last_seen_date, ${date})
    FROM received_monitors n WHERE o.monitor_id = n.monitor_id`);
}

async function mergePolicies(database: Database): Promise<void> {
  await dropSuperseded(database, monitors, stagedName(dmarcPolicies.name));
  await findKnown(database, dmarcPolicies);
  await replaceChanged(database, dmarcPolicies);
}

/** Closes the current version of each monitor whose records changed, and opens the new one at its receipt. */
async function addVersions(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE new_versions AS
    SELECT n.* FROM received_monitors n
    LEFT JOIN monitor_history h ON h.monitor_id = n.monitor_id AND h.valid_to IS NULL
    WHERE h.monitor_id IS NULL OR ${anyDistinct(VERSIONED, 'n', 'h')}`);
  await database.run(`
    UPDATE monitor_history h SET valid_to = n._extracted_at, valid_to_date = CAST(n._extracted_at AS DATE)
    FROM new_versions n WHERE h.monitor_id = n.monitor_id AND h.valid_to IS NULL`);
  await database.run(`
    INSERT INTO monitor_history (monitor_id, valid_from, valid_from_date, ${columnList(VERSIONED)},
      published_p, published_sp, effective_p, effective_sp, pct, t, extra, _run_id, _extracted_at)
    SELECT n.monitor_id, n._extracted_at, CAST(n._extracted_at AS DATE), ${columnList(VERSIONED, 'n')},
      p.p, p.sp, p.effective_p, p.effective_sp, p.pct, p.t, NULL, n._run_id, n._extracted_at
    FROM new_versions n
    LEFT JOIN received_dmarc_policies p ON ${keysEqual(['monitor_id'], 'p', 'n')} AND p.kind = 'published'`);
}

/**
 * A monitor that the last two complete listings lacked is inactive, and its history ends. The listing before this one
 * is the newest in `meta_snapshots`, which is written after this.
 */
async function deactivateMissing(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE missing_monitors AS
    SELECT m.monitor_id FROM monitors m JOIN meta_monitor_state s ON s.monitor_id = m.monitor_id
    WHERE m.is_active AND ${LISTING_IS_COMPLETE}
      AND NOT EXISTS (SELECT 1 FROM received_monitors n WHERE n.monitor_id = m.monitor_id)
      AND COALESCE(s.last_listed_at, m._extracted_at)
        < (SELECT MAX(as_of) FROM meta_snapshots WHERE stream = 'monitors')`);
  const endedAt = `(SELECT as_of FROM complete_listings WHERE stream = 'monitors')`;
  await database.run(`
    UPDATE monitors o SET is_active = FALSE FROM missing_monitors m WHERE o.monitor_id = m.monitor_id`);
  await database.run(`
    UPDATE monitor_history h SET valid_to = ${endedAt}, valid_to_date = CAST(${endedAt} AS DATE)
    FROM missing_monitors m WHERE h.monitor_id = m.monitor_id AND h.valid_to IS NULL`);
}

/**
 * Says of each monitor that is no longer listed which newer one has its domain. Of its records those count no more that
 * the newer one serves again, with the same values; all of them count again if it is listed again. Runs when all records
 * and listings of the journal are merged.
 */
export async function findReplacedMonitors(database: Database, day: string): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE replaced_monitors AS
    SELECT older.monitor_id, newer.monitor_id AS replaced_by
    FROM (
      SELECT m.monitor_id, m.domain_name, s.last_listed_at
      FROM monitors m JOIN meta_monitor_state s ON s.monitor_id = m.monitor_id WHERE m.domain_name <> ''
    ) older JOIN (
      SELECT m.monitor_id, m.domain_name, s.last_listed_at, ROW_NUMBER() OVER (
        PARTITION BY m.domain_name ORDER BY s.last_listed_at DESC, m.created_at DESC, m.monitor_id DESC) AS position
      FROM monitors m JOIN meta_monitor_state s ON s.monitor_id = m.monitor_id
    ) newer ON newer.domain_name = older.domain_name AND newer.position = 1
      AND newer.last_listed_at > older.last_listed_at`);
  await database.run(`
    UPDATE report_records r SET withdrawn_date = NULL FROM monitors m
    WHERE m.replaced_by IS NOT NULL AND m.monitor_id NOT IN (SELECT monitor_id FROM replaced_monitors)
      AND r.monitor_id = m.monitor_id AND r.withdrawn_date IS NOT NULL`);
  await database.run(`
    UPDATE monitors o SET replaced_by = d.replaced_by FROM (
      SELECT m.monitor_id, r.replaced_by FROM monitors m
      LEFT JOIN replaced_monitors r ON r.monitor_id = m.monitor_id
    ) d WHERE d.monitor_id = o.monitor_id AND o.replaced_by IS DISTINCT FROM d.replaced_by`);
  const [replaced] = await database.rows('SELECT 1 FROM replaced_monitors LIMIT 1');
  if (replaced !== undefined) await withdrawServedAgain(database, day);
}

/** What makes two records of two monitors the same one: as often as the newer monitor has it, the older one's does not count. */
const SAME_RECORD = [
  ...['ip_canonical', 'report_date', 'report_source', 'total_volume', 'dmarc_pass_rate', 'spf_pass_rate'],
  ...['dkim_pass_rate', 'spf_domain', 'dkim_domain', 'applied_policy', 'override_reason'],
];

async function withdrawServedAgain(database: Database, day: string): Promise<void> {
  const numbered = (monitors: string) => `
    SELECT r.monitor_id AS own_id, ${monitors} AS newer_id, r.record_id, HASH(${columnList(SAME_RECORD, 'r')}) AS content,
      ROW_NUMBER() OVER (PARTITION BY r.monitor_id, HASH(${columnList(SAME_RECORD, 'r')}) ORDER BY r.record_id) AS nth
    FROM report_records r`;
  await database.run(`
    UPDATE report_records o SET withdrawn_date = DATE ${literal(day)} FROM (
      ${numbered('d.replaced_by')} JOIN replaced_monitors d ON d.monitor_id = r.monitor_id
    ) older JOIN (
      ${numbered('r.monitor_id')} WHERE r.withdrawn_date IS NULL
        AND r.monitor_id IN (SELECT replaced_by FROM replaced_monitors)
    ) newer ON newer.own_id = older.newer_id AND newer.content = older.content AND newer.nth = older.nth
    WHERE o.monitor_id = older.own_id AND o.record_id = older.record_id AND o.withdrawn_date IS NULL`);
}
