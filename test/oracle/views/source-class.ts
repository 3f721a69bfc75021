import type { Tables } from '../row.ts';
import { groups, judged, lowered, sum } from './cells.ts';
import { newestListing } from './listing.ts';
import type { RecordFacts } from './record-facts.ts';

/** What a source is taken for. */
export interface SourceClass {
  readonly monitor_id: string;
  readonly ip_canonical: string;
  readonly class: string;
  readonly confidence: string;
  readonly is_known: boolean;
  readonly is_favorite: boolean;
  readonly is_new: boolean;
}

const TYPICAL_SHARE = 0.9;
const DECLARED_SHARE = 0.5;
const FORWARDERS_LARGEST_SHARE = 0.01;
const SURE_VOLUME = 100;
const NEW_DAYS = 14;
const GRACE_DAYS = 14;
const KNOWN = ['known', 'authorised', 'dkim_only_sender'];

/** The class of each source, by monitor and address (`classKey`). */
export function sourceClasses(tables: Tables, records: readonly RecordFacts[], today: number) {
  const favorites = new Set(
    newestListing(tables)
      .filter((row) => row.is_favorite === true)
      .map((row) => classKey(String(row.monitor_id), String(row.ip_canonical))),
  );
  const passing = new Set(
    (tables.auth_results ?? [])
      .filter(({ result }) => lowered(result) === 'pass')
      .map(({ monitor_id, record_id }) => JSON.stringify([monitor_id, record_id])),
  );
  const classes = groups(records, ({ monitor_id }) => [monitor_id]).flatMap((monitor) =>
    groups(monitor, ({ ip_canonical }) => [ip_canonical]).map((rows) =>
      classify(rows, monitor, passing, favorites, today),
    ),
  );
  return new Map(classes.map((each) => [classKey(each.monitor_id, each.ip_canonical), each]));
}

export function classKey(monitor_id: string, ip_canonical: string): string {
  return JSON.stringify([monitor_id, ip_canonical]);
}

function classify(
  rows: readonly [RecordFacts, ...RecordFacts[]],
  monitor: readonly RecordFacts[],
  passing: ReadonlySet<string>,
  favorites: ReadonlySet<string>,
  today: number,
): SourceClass {
  const { monitor_id, ip_canonical } = rows[0];
  const is_favorite = favorites.has(classKey(monitor_id, ip_canonical));
  const hasRawPass = rows.some(
    (row) => row.fail_volume > 0 && passing.has(JSON.stringify([row.monitor_id, row.record_id])),
  );
  const name = is_favorite
    ? 'known'
    : className(
        rows,
        sum(monitor, (row) => row.volume),
        hasRawPass,
      );
  const isSure = judged(rows) >= SURE_VOLUME && name !== 'threat_or_unknown';
  return {
    monitor_id,
    ip_canonical,
    class: name,
    confidence: name === 'known' ? 'high' : isSure ? 'medium' : 'low',
    is_known: KNOWN.includes(name),
    is_favorite,
    is_new: isNew(firstDay(rows), firstDay(monitor), today),
  };
}

function className(rows: readonly RecordFacts[], monitorVolume: number, hasRawPass: boolean): string {
  const volume = sum(rows, (row) => row.volume);
  if (volume === 0) return 'no_messages';
  const declared = sum(rows.filter(isDeclaredForwarded), (row) => row.volume);
  if (declared >= DECLARED_SHARE * volume) return 'forwarder_declared';
  const withVerdict = judged(rows);
  if (withVerdict === 0) return 'no_verdict';
  const byDkim = sum(rows, (row) => row.dkim_only_volume);
  const attributed = withVerdict - sum(rows, (row) => row.unattributed_volume);
  if (byDkim > 0 && byDkim >= TYPICAL_SHARE * attributed)
    return volume <= FORWARDERS_LARGEST_SHARE * monitorVolume ? 'forward_like' : 'dkim_only_sender';
  if (sum(rows, (row) => row.pass_volume) >= TYPICAL_SHARE * withVerdict) return 'authorised';
  return hasRawPass || rows.some((row) => row.pass_volume > 0) ? 'misconfigured' : 'threat_or_unknown';
}

function isDeclaredForwarded({ override_reason, override_comment }: RecordFacts): boolean {
  const reason = override_reason ?? '';
  return (
    reason.includes('forward') ||
    reason.includes('mailing_list') ||
    (override_comment ?? '').toLowerCase().includes('arc=pass')
  );
}

/** The first day with messages; Infinity if there is none. */
function firstDay(rows: readonly RecordFacts[]): number {
  return Math.min(...rows.filter(({ volume }) => volume > 0).map(({ report_day }) => report_day));
}

function isNew(first: number, monitorFirst: number, today: number): boolean {
  return first <= today && first > today - NEW_DAYS && first >= monitorFirst + GRACE_DAYS;
}
