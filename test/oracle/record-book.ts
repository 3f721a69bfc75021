import type { Truth } from '../../src/sandbox/truth.ts';
import { canonicalJson } from './canonical-json.ts';
import { noFindings } from './item.ts';
import { type RecordRows, readRecord } from './record-rows.ts';
import type { Row } from './row.ts';
import type { OracleRun } from './run.ts';
import { sameRow } from './stamped.ts';

interface Kept {
  readonly rows: RecordRows;
  readonly run_id: string;
}

/** All records ever served, the newest readable answer a key: `report_records` and `auth_results`. */
export class RecordBook {
  readonly #kept = new Map<string, Kept>();
  readonly #newest = new Map<string, string>();

  /**
   * Takes over what was served until after the run. An answer that was known before and was not read again in this
   * run is not looked at again.
   */
  afterRun(truth: Truth, run: OracleRun): void {
    for (const [monitorId, records] of Object.entries(truth.served.report_records)) {
      for (const [id, { requested_ip, row }] of Object.entries(records)) {
        const place = JSON.stringify([monitorId, id]);
        const text = canonicalJson([requested_ip, row]);
        const isRead = run.isRead?.(monitorId, requested_ip) ?? true;
        if (this.#newest.get(place) === text && !isRead) continue;
        this.#newest.set(place, text);
        this.#take(monitorId, requested_ip, row, run);
      }
    }
  }

  /** Takes over a row that the ledger of served answers cannot hold: one whose id is a number. */
  takeListed(monitorId: string, requested_ip: string, row: unknown, run: OracleRun): void {
    const hasNumber = typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'number';
    if (hasNumber) this.#take(monitorId, requested_ip, row, run);
  }

  records(): Row[] {
    return [...this.#kept.values()].map(({ rows, run_id }) => ({ ...rows.record, _run_id: run_id }));
  }

  auths(): Row[] {
    return [...this.#kept.values()].flatMap(({ rows, run_id }) =>
      rows.auths.map((auth) => ({ ...auth, _run_id: run_id })),
    );
  }

  /** Messages of the stored records by the JSON of monitor and address asked for. */
  volumes(): Map<string, bigint> {
    const volumes = new Map<string, bigint>();
    for (const { rows } of this.#kept.values()) {
      const { requested_ip = null, total_volume } = rows.record;
      const key = JSON.stringify([rows.monitor_id, requested_ip]);
      const volume = typeof total_volume === 'bigint' ? total_volume : 0n;
      volumes.set(key, (volumes.get(key) ?? 0n) + volume);
    }
    return volumes;
  }

  #take(monitor_id: string, requested_ip: string, row: unknown, run: OracleRun): void {
    const rows = readRecord({ monitor_id, requested_ip, receiptDay: run.day }, row, noFindings());
    if (rows === null) return;
    const key = JSON.stringify([monitor_id, rows.record_id]);
    const before = this.#kept.get(key);
    const isSame = before !== undefined && sameRecord(rows, before.rows);
    if (!isSame) this.#kept.set(key, { rows, run_id: run.run_id });
  }
}

/** Whether record and authentication results are the same: they are replaced together. */
function sameRecord(a: RecordRows, b: RecordRows): boolean {
  return (
    sameRow(a.record, b.record) &&
    a.auths.length === b.auths.length &&
    a.auths.every((auth, i) => sameRow(auth, b.auths[i] ?? {}))
  );
}
