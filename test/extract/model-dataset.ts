import type { AggregatedForm, CoverageState, Knowledge, SourcesForm } from '../../src/contract/knowledge.ts';
import { coversStored } from '../../src/extract/cumulative.ts';
import { recordKey } from '../../src/extract/early-stop.ts';
import { type ListedIp, listedIp } from '../../src/extract/listed.ts';
import { anyField, textField } from '../../src/extract/row-fields.ts';
import { readListedRow } from '../../src/transform/aggregated-reports.ts';
import { readRecordVolume } from '../../src/transform/report-records.ts';
import type { Written } from './fake-api.ts';

interface ModelIp {
  fingerprint: string | null;
  detailAsOf: number | null;
  listed: ListedIp | null;
  isGone: boolean;
  readonly records: Map<string, unknown>;
}

interface ModelMonitor {
  isCumulative: boolean;
  form: AggregatedForm;
  sourcesForm: SourcesForm | null;
  sourcesAsOf: number | null;
  snapshotAsOf: number | null;
  readonly ips: Map<string, ModelIp>;
}

/** What a dataset keeps of its journals, as far as the plan needs it: a model of the load stage. */
export class ModelDataset {
  readonly monitors = new Map<string, ModelMonitor>();

  /** Loads a night's journal. */
  load(lines: readonly Written[]): void {
    const ids = new Set(lines.flatMap(({ monitor_id }) => (monitor_id === null ? [] : [monitor_id])));
    for (const id of ids) {
      const own = lines.filter(({ monitor_id }) => monitor_id === id);
      this.#loadListing(id, own);
      this.#loadDetails(id, own);
      this.#loadSources(id, own);
    }
  }

  /** Every stored record by its id, over all monitors. */
  records(): Map<string, unknown> {
    const all = new Map<string, unknown>();
    for (const [id, { ips }] of this.monitors) {
      for (const { records } of ips.values()) for (const [key, row] of records) all.set(`${id}/${key}`, row);
    }
    return all;
  }

  volumes(monitor_id: string, ip: string): Map<string, number> {
    const records = this.monitors.get(monitor_id)?.ips.get(ip)?.records ?? new Map<string, unknown>();
    return new Map(
      [...records].flatMap(([, row]) => {
        const record = readRecordVolume(row, 1_000_000);
        return record === null ? [] : [[recordKey(record), record.total_volume ?? 0] as const];
      }),
    );
  }

  knowledge(): Knowledge {
    return {
      monitors: [...this.monitors].map(([monitor_id, monitor]) => ({
        monitor_id,
        is_cumulative: monitor.isCumulative,
        aggregated_form: monitor.form,
        sources_form: monitor.sourcesForm,
        sources_as_of_ms: monitor.sourcesAsOf,
        snapshot_as_of_ms: monitor.snapshotAsOf,
      })),
      ips: [...this.monitors].flatMap(([monitor_id, { ips }]) =>
        [...ips].map(([ip_address, ip]) => ({
          monitor_id,
          ip_address,
          state: stateOf(ip_address, ip),
          fingerprint: ip.fingerprint,
          listed_fingerprint: ip.listed?.fingerprint ?? null,
          detail_as_of_ms: ip.detailAsOf,
          detail_volume: volumeIn(ip),
          detail_rows: ip.records.size,
          aggregated_volume: ip.listed?.volume ?? null,
          served_volume: null,
        })),
      ),
    };
  }

  #monitor(id: string): ModelMonitor {
    const known = this.monitors.get(id);
    if (known !== undefined) return known;
    const ips = new Map<string, ModelIp>();
    const made = {
      isCumulative: true,
      form: 'plain' as const,
      sourcesForm: null,
      sourcesAsOf: null,
      snapshotAsOf: null,
      ips,
    };
    this.monitors.set(id, made);
    return made;
  }

  #ip(id: string, address: string): ModelIp {
    const { ips } = this.#monitor(id);
    const known = ips.get(address);
    if (known !== undefined) return known;
    const made = {
      fingerprint: null,
      detailAsOf: null,
      listed: null,
      isGone: false,
      records: new Map<string, unknown>(),
    };
    ips.set(address, made);
    return made;
  }

  #loadDetails(id: string, lines: readonly Written[]): void {
    for (const line of lines.filter(({ stream }) => stream === 'report_records')) {
      const ip = this.#ip(id, line.ip ?? '');
      let isNews = false;
      for (const row of rowsIn(line)) {
        const key = textField(row, 'id') ?? '';
        isNews ||= JSON.stringify(ip.records.get(key)) !== JSON.stringify(row);
        ip.records.set(key, row);
      }
      // An equal row of the listing and unequal details: its fingerprint is no oracle here (DESIGN: a verify read).
      if (isNews && ip.detailAsOf !== null && line.fingerprint === ip.fingerprint) {
        this.#monitor(id).isCumulative = false;
      }
      const isEnd = (line.status === 200 && line.is_last) || line.status === 404;
      if (!isEnd) continue;
      ip.fingerprint = line.fingerprint;
      ip.detailAsOf = Date.parse(line.received_at);
      ip.isGone = line.status === 404;
    }
  }

  #loadListing(id: string, lines: readonly Written[]): void {
    const listing = lines.filter(({ stream }) => stream === 'aggregated_reports');
    const complete = listing.findLast(({ status, is_last }) => status === 200 && is_last);
    if (complete === undefined) return;
    const monitor = this.#monitor(id);
    const rows = new Map<string, ListedIp>();
    for (const row of listing.flatMap(rowsIn)) {
      const read = readListedRow(row);
      if (read !== null) rows.set(read.ip_address, listedIp(id, read));
    }
    const volumes = new Map([...rows].map(([address, { volume }]) => [address, volume]));
    if (!coversStored(volumes, this.#knownBefore(id))) monitor.isCumulative = false;
    monitor.form = complete.params.date_from === undefined ? 'plain' : 'early';
    monitor.snapshotAsOf = Date.parse(complete.received_at);
    for (const ip of monitor.ips.values()) ip.listed = null;
    for (const [address, row] of rows) this.#ip(id, address).listed = row;
  }

  /** IPs as they were listed before. */
  #knownBefore(id: string): Knowledge['ips'] {
    const listedBefore = [...(this.monitors.get(id)?.ips ?? [])].filter(([, ip]) => ip.listed !== null);
    const known = new Map(
      this.knowledge()
        .ips.filter((ip) => ip.monitor_id === id)
        .map((ip) => [ip.ip_address, ip]),
    );
    return listedBefore.flatMap(([address]) => known.get(address) ?? []);
  }

  #loadSources(id: string, lines: readonly Written[]): void {
    const end = lines.findLast(
      ({ stream, status, is_last }) => stream === 'report_sources' && status === 200 && is_last,
    );
    if (end === undefined) return;
    const monitor = this.#monitor(id);
    monitor.sourcesAsOf = Date.parse(end.received_at);
    monitor.sourcesForm = end.params.date_from === undefined ? 'plain' : 'dated';
  }
}

function rowsIn({ bodyText }: Written): unknown[] {
  if (bodyText === undefined) return [];
  const data = anyField(JSON.parse(bodyText), 'data');
  return Array.isArray(data) ? data : [];
}

function volumeOf(row: unknown): number {
  return readRecordVolume(row, 1_000_000)?.total_volume ?? 0;
}

function volumeIn({ records }: ModelIp): number {
  let sum = 0;
  for (const row of records.values()) sum += volumeOf(row);
  return sum;
}

function stateOf(address: string, ip: ModelIp): CoverageState {
  if (address === '') return 'unaskable';
  if (ip.listed === null || ip.isGone) return 'gone';
  if (ip.detailAsOf === null) return 'never';
  return ip.fingerprint === ip.listed.fingerprint ? 'current' : 'stale';
}
