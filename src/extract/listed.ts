import { type FingerprintValues, fingerprintOf } from '../contract/fingerprint.ts';
import type { AggregatedForm } from '../contract/knowledge.ts';
import { groupBy } from './group-by.ts';

/** What the listing needs of an aggregated row; the run brings the reader, so that it reads as the transform does. */
export interface ListedRow extends FingerprintValues {
  /** `''` where there is none. */
  readonly ip_address: string;
}

/** Null for a row that cannot be read at all. */
export type ReadListedRow = (row: unknown) => ListedRow | null;

type Rate = 'dmarc_pass_rate' | 'spf_pass_rate' | 'dkim_pass_rate';

/**
 * The rows of one page, those of one address as one: volumes added up, rates weighted by them. The load does the same,
 * with the same arithmetic, so that fingerprints agree.
 */
export function sumTwice(rows: readonly ListedRow[]): readonly ListedRow[] {
  const byAddress = groupBy(rows, ({ ip_address }) => ip_address);
  if (byAddress.size === rows.length) return rows;
  return [...byAddress.values()].flatMap((same) => (same.length === 1 ? same : [sumOf(same)]));
}

function sumOf(rows: readonly ListedRow[]): ListedRow {
  const rate = (name: Rate) => {
    const told = rows.filter((row) => row.total_volume_as_of !== null && row[name] !== null);
    const volume = told.reduce((sum, row) => sum + (row.total_volume_as_of ?? 0), 0);
    const passed = told.reduce((sum, row) => sum + (row.total_volume_as_of ?? 0) * (row[name] ?? 0), 0);
    return volume === 0 ? null : passed / volume;
  };
  const volumes = rows.flatMap(({ total_volume_as_of }) => total_volume_as_of ?? []);
  return {
    ip_address: rows[0]?.ip_address ?? '',
    total_volume_as_of: volumes.length === 0 ? null : volumes.reduce((sum, volume) => sum + volume, 0),
    dmarc_pass_rate: rate('dmarc_pass_rate'),
    spf_pass_rate: rate('spf_pass_rate'),
    dkim_pass_rate: rate('dkim_pass_rate'),
  };
}

/** A source IP in tonight's listing of a monitor. */
export interface ListedIp {
  readonly monitor_id: string;
  /** As the API spells it. */
  readonly ip_address: string;
  /** Null if the row does not tell it. */
  readonly volume: number | null;
  /** Messages that failed DMARC; 0 if the row does not tell. */
  readonly failing_volume: number;
  readonly fingerprint: string;
}

/** A monitor whose aggregated report was read to its end tonight. */
export interface ListedMonitor {
  readonly monitor_id: string;
  /** Whether the report covers everything stored, as of tonight. */
  readonly is_cumulative: boolean;
  /** The form in which it was asked. */
  readonly form: AggregatedForm;
}

export function listedIp(monitor_id: string, row: ListedRow): ListedIp {
  const volume = row.total_volume_as_of;
  return {
    monitor_id,
    ip_address: row.ip_address,
    volume,
    failing_volume: failingVolume(volume, row.dmarc_pass_rate),
    fingerprint: fingerprintOf(row),
  };
}

/** Messages that failed DMARC, rounded; 0 if volume or rate are not known. */
export function failingVolume(volume: number | null, passRate: number | null): number {
  return volume === null || passRate === null ? 0 : Math.round(volume * (1 - passRate));
}

const RATE_STEPS = 1_000_000;

/** Volume and failing volume as a fingerprint has them; 0 for what it lacks. */
export function volumesOf(fingerprint: string): { readonly volume: number; readonly failing_volume: number } {
  const [volume = '', passed = ''] = fingerprint.split(':');
  if (volume === '') return { volume: 0, failing_volume: 0 };
  const rate = passed === '' ? null : Number(passed) / RATE_STEPS;
  return { volume: Number(volume), failing_volume: failingVolume(Number(volume), rate) };
}
