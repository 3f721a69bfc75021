import type { Findings } from './item.ts';
import type { Row } from './row.ts';
import type { OracleRun } from './run.ts';

/** `meta_quarantine` as numbers, and `meta_schema_drift`, over all runs. */
export class FindingsBook {
  readonly #quarantine = new Map<string, Row & { count: number }>();
  readonly #drift = new Map<string, Row>();

  afterRun({ quarantine, novelties }: Findings, { run_id }: OracleRun): void {
    for (const { stream, level, path } of quarantine) {
      const key = JSON.stringify([run_id, stream, level, path]);
      const count = (this.#quarantine.get(key)?.count ?? 0) + 1;
      this.#quarantine.set(key, { run_id, stream, level, path, count });
    }
    for (const { stream, path, kind } of novelties) {
      const key = JSON.stringify([stream, path, kind]);
      const first_seen_run_id = this.#drift.get(key)?.first_seen_run_id ?? run_id;
      this.#drift.set(key, { stream, path, kind, first_seen_run_id, last_seen_run_id: run_id });
    }
  }

  quarantine(): Row[] {
    return [...this.#quarantine.values()];
  }

  drift(): Row[] {
    return [...this.#drift.values()];
  }
}
