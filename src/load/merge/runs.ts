import { CONTRACT_VERSION } from '../../contract/table.ts';
import { CheckError } from '../../errors.ts';
import type { JournalFooter, JournalHeader } from '../../journal/line.ts';
import type { Database } from '../database.ts';
import { literal } from '../sql-text.ts';
import type { ItemCounts } from './settle.ts';

/** What a journal says of its run besides its attempts. */
export interface JournalAccount {
  readonly header: JournalHeader;
  /** Null if the run was interrupted. */
  readonly footer: JournalFooter | null;
  /** Lines read, header and footer included. */
  readonly lines: number;
}

export interface RunItems extends ItemCounts {
  readonly quarantined: bigint;
}

/**
 * Adds up what became of the items of every stream and proves that nothing is missing: items received = inserted +
 * changed + identical + superseded + set aside + summed + quarantined whole. Throws CheckError otherwise.
 */
export async function accountItems(
  database: Database,
  run_id: string,
  counts: Readonly<Record<string, ItemCounts>>,
): Promise<RunItems> {
  const received = await database.rows(
    'SELECT stream, CAST(SUM(items) AS BIGINT) AS items, CAST(SUM(quarantined) AS BIGINT) AS quarantined FROM staged_attempts GROUP BY stream',
  );
  const total = {
    inserted: 0n,
    changed: 0n,
    identical: 0n,
    superseded: 0n,
    set_aside: 0n,
    summed: 0n,
    quarantined: 0n,
  };
  for (const row of received) {
    const stream = String(row.stream);
    const merged = counts[stream];
    if (merged === undefined) throw new CheckError(`journal ${run_id} has an unknown stream ${stream}`);
    const quarantined = row.quarantined as bigint;
    const sum = Object.values(merged).reduce((left: bigint, right: bigint) => left + right, quarantined);
    if (sum !== row.items) {
      throw new CheckError(
        `journal ${run_id}, ${stream}: ${row.items} items received, but ${sum} accounted for`,
      );
    }
    for (const name of Object.keys(merged) as (keyof ItemCounts)[]) total[name] += merged[name];
    total.quarantined += quarantined;
  }
  return total;
}

/** The number that the next run gets: runs are numbered in the order in which the dataset loads them. */
export async function nextRunNumber(database: Database): Promise<number> {
  const [row] = await database.rows('SELECT COALESCE(MAX(run_number), 0) + 1 AS next FROM meta_runs');
  return Number(row?.next);
}

/** Gives the runs of a dataset that an older program made their numbers: it loaded journals in the order of their rows. */
export async function numberOlderRuns(database: Database): Promise<void> {
  await database.run(`
    UPDATE meta_runs r SET run_number = j.run_number
    FROM (SELECT run_id, ROW_NUMBER() OVER (ORDER BY rowid) AS run_number FROM meta_journals) j
    WHERE j.run_id = r.run_id AND r.run_number IS NULL`);
}

/** Writes the run and its journal into `meta_runs` and `meta_journals`. */
export async function recordRun(
  database: Database,
  account: JournalAccount,
  { summed: _, ...items }: RunItems,
): Promise<void> {
  const { header, footer } = account;
  const asOf = `(SELECT MAX(snapshot_date) FROM meta_snapshots WHERE stream = 'monitors')`;
  const lastLine = `(SELECT MAX(_extracted_at) FROM staged_attempts)`;
  const values: Record<string, string> = {
    run_id: literal(header.run_id),
    started_at: timestamp(header.started_at),
    finished_at:
      footer === null
        ? `COALESCE(${lastLine}, ${timestamp(header.started_at)})`
        : timestamp(footer.finished_at),
    as_of_date: asOf,
    as_of_day: `CAST(${asOf} - DATE '1970-01-01' AS INTEGER)`,
    status: literal(footer?.status ?? 'interrupted'),
    stop_reason: literal(footer?.stop_reason ?? 'signal'),
    mode: literal(header.mode),
    version: literal(header.program_version),
    contract_version: String(CONTRACT_VERSION),
    requests: footer === null ? '(SELECT COUNT(*) FROM staged_attempts)' : integer(footer.requests),
    retries: integer(footer?.retries ?? null),
    rate_limited:
      footer === null
        ? '(SELECT COUNT(*) FROM staged_attempts WHERE status = 429)'
        : integer(footer.rate_limited),
    waited_ms: integer(footer?.waited_ms ?? null),
    quota_before: integer(header.quota_before),
    quota_after: integer(footer?.quota_after ?? null),
    bytes: integer(footer?.bytes ?? null),
    ...Object.fromEntries(Object.entries(items).map(([name, count]) => [name, String(count)])),
    run_number: String(await nextRunNumber(database)),
  };
  await database.run(
    `INSERT INTO meta_runs (${Object.keys(values).join(', ')}) SELECT ${Object.values(values).join(', ')}`,
  );
  await database.run(
    `INSERT INTO meta_journals (run_id, format_version, lines, loaded_at)
     SELECT ${values.run_id}, ${integer(header.v)}, ${integer(account.lines)}, now()`,
  );
}

function timestamp(iso: string): string {
  return `CAST(${literal(iso)} AS TIMESTAMPTZ)`;
}

function integer(value: number | null): string {
  return value === null ? 'NULL' : String(Math.trunc(value));
}
