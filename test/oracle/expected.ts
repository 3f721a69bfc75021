import type { Truth } from '../../src/sandbox/truth.ts';
import { readAggregated } from './aggregated-rows.ts';
import { CoverageBook } from './coverage-book.ts';
import { FindingsBook } from './findings-book.ts';
import { type Findings, noFindings } from './item.ts';
import { dayOfText, dayText } from './moments.ts';
import { MonitorBook } from './monitor-book.ts';
import { type MonitorRows, readMonitor } from './monitor-rows.ts';
import { RecordBook } from './record-book.ts';
import { readRecord } from './record-rows.ts';
import type { Row, Tables } from './row.ts';
import type { OracleRun } from './run.ts';
import { SnapshotBook } from './snapshot-book.ts';
import { readSource } from './source-rows.ts';

/**
 * The rows that a dataset must hold after some runs, made from the sandbox's truth by CONTRACT.md's words and by no
 * code of the pipeline. Call `afterRun` once after each run, before the account changes.
 *
 * Columns that depend on the moment of receipt are left out: `_extracted_at`, monitor_history.valid_from and valid_to
 * (there are `version` and `is_current` instead; their dates are the runs' days), meta_snapshots.as_of,
 * meta_coverage.detail_as_of and listed_at. `_run_id` is the run whose answer last changed the row.
 * `meta_quarantine` is told as numbers of findings by run, stream, level and path.
 */
export class Expectation {
  readonly #monitors = new MonitorBook();
  readonly #snapshots = new SnapshotBook();
  readonly #records = new RecordBook();
  readonly #coverage = new CoverageBook();
  readonly #findings = new FindingsBook();
  #asOf: string | null = null;

  /** Takes over what a run must have read: the truth right after it. */
  afterRun(truth: Truth, run: OracleRun): void {
    const findings = noFindings();
    const listed = this.#readMonitors(truth, run, findings);
    this.#records.afterRun(truth, run);
    for (const monitorId of listed.keys()) {
      this.#readAggregated(monitorId, truth, run, findings);
      this.#readSources(monitorId, truth, run, findings);
    }
    this.#findings.afterRun(findings, run);
  }

  /** All rows expected now, by table; `parameters`, `meta_runs`, `meta_journals`, `meta_checks` are not told. */
  tables(): Tables {
    const records = this.#records.records();
    return {
      monitors: this.#monitors.monitors(),
      monitor_history: this.#monitors.history(),
      dmarc_policies: this.#monitors.policies(),
      aggregated_reports: this.#snapshots.rows('aggregated_reports'),
      report_records: records,
      auth_results: this.#records.auths(),
      report_sources: this.#snapshots.rows('report_sources'),
      calendar: calendarOf(records, this.#asOf),
      meta_snapshots: this.#snapshots.meta(),
      meta_coverage: this.#coverage.rows(this.#records.volumes()),
      meta_quarantine: this.#findings.quarantine(),
      meta_schema_drift: this.#findings.drift(),
    };
  }

  #readMonitors(truth: Truth, run: OracleRun, findings: Findings): ReadonlyMap<string, MonitorRows> {
    const listed = new Map<string, MonitorRows>();
    for (const raw of truth.monitors) {
      const rows = readMonitor(raw, findings);
      if (rows !== null) listed.set(rows.monitor_id, rows);
    }
    this.#monitors.afterListing(listed, run);
    if (run.listsMonitors === false) return listed;
    const rows = [...listed.keys()].map((monitor_id) => ({ monitor_id }));
    const whole = { window_from: null, window_to: null, key: ['monitor_id'] };
    this.#snapshots.replace({ stream: 'monitors', monitor_id: '', rows, ...whole }, run);
    this.#asOf = run.day;
    return listed;
  }

  #readAggregated(monitor_id: string, truth: Truth, run: OracleRun, findings: Findings): void {
    const plain = Object.hasOwn(truth.aggregated_reports, monitor_id)
      ? { rows: truth.aggregated_reports[monitor_id] ?? [], window_from: null, window_to: null }
      : undefined;
    const answer = run.datedAggregatedOf?.get(monitor_id) ?? plain;
    if (answer === undefined || run.aggregatedOf?.has(monitor_id) === false) return;
    const rows = readable(answer.rows, (raw) => readAggregated(monitor_id, raw, findings));
    const kept = this.#snapshots.replace(
      { ...answer, stream: 'aggregated_reports', monitor_id, rows, key: ['ip_address'] },
      run,
    );
    this.#coverage.afterListing(monitor_id, kept, truth, run);
    for (const { ip_address } of kept)
      this.#readDetails(monitor_id, String(ip_address), truth, run, findings);
  }

  /** What is odd in the details of an IP. */
  #readDetails(monitor_id: string, ip: string, truth: Truth, run: OracleRun, findings: Findings): void {
    if (ip === '' || run.isRead?.(monitor_id, ip) === false) return;
    const where = { monitor_id, requested_ip: ip, receiptDay: run.day };
    for (const raw of truth.report_records[monitor_id]?.[ip] ?? []) {
      readRecord(where, raw, findings);
      this.#records.takeListed(monitor_id, ip, raw, run);
    }
  }

  #readSources(monitor_id: string, truth: Truth, run: OracleRun, findings: Findings): void {
    const served = truth.served.report_sources[monitor_id];
    const answer = served?.rows ?? truth.report_sources[monitor_id];
    if (answer === undefined || run.sourcesOf?.has(monitor_id) === false) return;
    const rows = readable(answer, (raw) => readSource(monitor_id, raw, findings));
    const window = { window_from: served?.date_from ?? null, window_to: served?.date_to ?? null };
    this.#snapshots.replace(
      { stream: 'report_sources', monitor_id, rows, key: ['report_source'], ...window },
      run,
    );
  }
}

function readable(items: readonly unknown[], read: (raw: unknown) => Row | null): Row[] {
  return items.map(read).filter((row) => row !== null);
}

/** Every day from the first record to the day the views call today. */
function calendarOf(records: readonly Row[], asOf: string | null): Row[] {
  const days = records.map(({ report_day }) => Number(report_day));
  const first = days.reduce((least, day) => Math.min(least, day), Number.POSITIVE_INFINITY);
  const rows: Row[] = [];
  for (let day = first; asOf !== null && day <= dayOfText(asOf); day += 1) {
    const text = dayText(day);
    rows.push({ day: text, day_number: day, month: `${text.slice(0, 7)}-01` });
  }
  return rows;
}
