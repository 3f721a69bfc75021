import { SOME_ERRORS } from './dmarc.ts';
import { FindingsBook } from './findings-book.ts';
import { type Finding, noFindings } from './item.ts';
import type { Row, Tables } from './row.ts';

/** Columns that tell when an answer was received, and others that the oracle does not tell. */
const UNTOLD: Record<string, readonly string[]> = {
  monitor_history: ['valid_from', 'valid_to'],
  meta_snapshots: ['as_of'],
  meta_coverage: ['detail_as_of', 'listed_at', 'served_volume'],
  monitors: ['replaced_by'],
  report_records: ['withdrawn_date'],
};

/** Tables that the oracle does not tell. */
const UNTOLD_TABLES: readonly string[] = [
  'parameters',
  'meta_runs',
  'meta_journals',
  'meta_monitor_state',
  'meta_checks',
];

/** Published rows in the form in which the oracle tells what is expected (see {@link Expectation}). */
export function comparable(published: Tables): Tables {
  const told = Object.entries(published).filter(([table]) => !UNTOLD_TABLES.includes(table));
  return Object.fromEntries(told.map(([table, rows]) => [table, comparableRows(table, rows)]));
}

function comparableRows(table: string, rows: readonly Row[]): Row[] {
  if (table === 'meta_quarantine') return countFindings(rows);
  if (table === 'meta_schema_drift') return mergeDrift(rows);
  const shaped = table === 'monitor_history' ? numberVersions(rows) : rows;
  return shaped.map((row) => {
    const cells = Object.entries(row).filter(
      ([column]) => column !== '_extracted_at' && UNTOLD[table]?.includes(column) !== true,
    );
    const told: Row = Object.fromEntries(cells);
    if (table === 'dmarc_policies') told.errors = row.errors === null ? null : SOME_ERRORS;
    return told;
  });
}

function numberVersions(rows: readonly Row[]): Row[] {
  const seen = new Map<unknown, number>();
  const ordered = [...rows].sort((a, b) => (String(a.valid_from) < String(b.valid_from) ? -1 : 1));
  return ordered.map((row) => {
    const version = seen.get(row.monitor_id) ?? 0;
    seen.set(row.monitor_id, version + 1);
    return { ...row, version, is_current: row.valid_to === null };
  });
}

/** Numbers of findings by run, stream, level and path; a whole row has the path `''`. */
function countFindings(rows: readonly Row[]): Row[] {
  const book = new FindingsBook();
  for (const row of rows) {
    const isRow = row.level === 'row';
    const finding: Finding = {
      stream: String(row.stream),
      level: isRow ? 'row' : 'value',
      path: isRow ? '' : plainPath(String(row.path)),
    };
    book.afterRun({ ...noFindings(), quarantine: [finding] }, { run_id: String(row.run_id), day: '' });
  }
  return book.quarantine();
}

/** One row a plain path, without the sample: `dkim_auth` and `dkim_auth[]` are one here. */
function mergeDrift(rows: readonly Row[]): Row[] {
  const seen = new Map<string, { row: Row; runs: string[] }>();
  for (const { stream = null, path, kind = null, first_seen_run_id, last_seen_run_id } of rows) {
    const row = { stream, path: plainPath(String(path)), kind };
    const key = JSON.stringify(row);
    const runs = seen.get(key)?.runs ?? [];
    seen.set(key, { row, runs: [...runs, String(first_seen_run_id), String(last_seen_run_id)] });
  }
  return [...seen.values()].map(({ row, runs }) => {
    runs.sort();
    return { ...row, first_seen_run_id: runs[0] ?? null, last_seen_run_id: runs.at(-1) ?? null };
  });
}

/** A path from the item on, without array positions: `$.data[3].spf_auth[0].result` is `spf_auth.result`. */
export function plainPath(path: string): string {
  return path
    .replace(/\[\d*\]/g, '')
    .replace(/\["([^"]*)"\]|\['([^']*)'\]/g, '.$1$2')
    .replace(/^\$/, '')
    .replace(/^\.?data(?=\.|$)/, '')
    .replace(/^\./, '');
}
