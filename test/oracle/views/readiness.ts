import type { Row, Tables } from '../row.ts';
import { alignedRate, distinct, judged, passRate, sum, textOf } from './cells.ts';
import { seriousDrifts } from './drift.ts';
import { newestListing } from './listing.ts';
import type { RecordFacts } from './record-facts.ts';
import { classKey, type SourceClass } from './source-class.ts';

const WINDOW_DAYS = 30;
const RECENT_DAYS = 7;
const LARGEST_DROP = 0.05;
const QUARANTINE = { rate: 0.95, days: 14, volume: 250 };
const REJECT = { rate: 0.99, days: 28, volume: 1000 };

/** `v_enforcement_readiness`: whether each monitored domain is ready for a stricter policy. */
export function readiness(
  tables: Tables,
  records: readonly RecordFacts[],
  classes: ReadonlyMap<string, SourceClass>,
  today: number,
): Row[] {
  const current = (tables.monitors ?? []).filter(({ replaced_by }) => (replaced_by ?? null) === null);
  return current.map((monitor) => {
    const { monitor_id } = monitor;
    const own = records.filter(
      (row) =>
        row.monitor_id === monitor_id &&
        row.volume > 0 &&
        row.report_day <= today &&
        row.report_day > today - WINDOW_DAYS,
    );
    const known = own.filter((row) => classes.get(classKey(row.monitor_id, row.ip_canonical))?.is_known);
    const facts = {
      ...policyFacts(tables, monitor),
      ...reported(own, today),
      ...knownFacts(known, today),
      new_known_sources: [...classes.values()].filter(
        (each) => each.monitor_id === monitor_id && each.is_known && each.is_new,
      ).length,
    };
    return { ...facts, ...verdict(facts, textOf(monitor.spf_record)) };
  });
}

function policyFacts(tables: Tables, monitor: Row) {
  const policyOf = (kind: string) =>
    (tables.dmarc_policies ?? []).find((row) => row.monitor_id === monitor.monitor_id && row.kind === kind);
  const published = policyOf('published');
  const [p, sp] = [textOf(published?.effective_p), textOf(published?.effective_sp)];
  return {
    monitor_id: String(monitor.monitor_id),
    domain_name: textOf(monitor.domain_name),
    window_days: WINDOW_DAYS,
    effective_p: p,
    enforcement_level: levelOf(textOf(published?.p), p, sp),
    is_sp_weaker: p !== null && rank(sp) < rank(p),
    drifted_tags: seriousDrifts(monitor, published, policyOf('wanted')),
    has_favorites: newestListing(tables).some(
      (row) => row.monitor_id === monitor.monitor_id && row.is_favorite === true,
    ),
    has_no_record: monitor.dmarc_record !== null && published?.is_valid !== true,
  };
}

function rank(policy: string | null): number {
  return ['none', 'quarantine', 'reject'].indexOf(policy ?? 'none');
}

/** 0 none, 1 partial, 2 quarantine, 3 reject; null without a record. */
function levelOf(written: string | null, p: string | null, sp: string | null): number | null {
  if (p === null) return null;
  if (rank(written) === 0) return 0;
  return p === written && rank(sp) >= rank(p) ? rank(p) + 1 : 1;
}

function reported(own: readonly RecordFacts[], today: number) {
  const first = own.reduce((least, { report_day }) => Math.min(least, report_day), today + 1);
  return {
    volume: sum(own, (row) => row.volume),
    pass_volume: sum(own, (row) => row.pass_volume),
    fail_volume: sum(own, (row) => row.fail_volume),
    unknown_volume: sum(own, (row) => row.unknown_volume),
    days_with_data: distinct(own, (row) => row.report_day),
    days_of_data: today - first + 1,
    reporters: distinct(own, (row) => row.reporter),
    overall_pass_rate: passRate(own),
    dkim_rate: alignedRate(own, (row) => row.dkim_aligned_volume),
  };
}

function knownFacts(known: readonly RecordFacts[], today: number) {
  const isRecent = (row: RecordFacts) => row.report_day > today - RECENT_DAYS;
  const [recent, before] = [
    passRate(known.filter(isRecent)),
    passRate(known.filter((row) => !isRecent(row))),
  ];
  return {
    known_volume: sum(known, (row) => row.volume),
    known_pass_rate: passRate(known),
    known_judged: judged(known),
    known_fail_volume: sum(known, (row) => row.fail_volume),
    worst_known_source: worstOf(known),
    known_pass_rate_drop: recent === null || before === null ? null : before - recent,
  };
}

/** The source with most failing messages, the first by its text of several; null if nothing failed. */
function worstOf(known: readonly RecordFacts[]): string | null {
  const failing = new Map<string, number>();
  for (const { ip_canonical, fail_volume } of known)
    failing.set(ip_canonical, (failing.get(ip_canonical) ?? 0) + fail_volume);
  const [worst] = [...failing]
    .filter(([, volume]) => volume > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return worst?.[0] ?? null;
}

type Facts = ReturnType<typeof policyFacts> &
  ReturnType<typeof reported> &
  ReturnType<typeof knownFacts> & { readonly new_known_sources: number };

function verdict(facts: Facts, spf: string | null): Row {
  const isParked =
    spf?.toLowerCase().replaceAll(' ', '') === 'v=spf1-all' &&
    facts.pass_volume === 0 &&
    facts.unknown_volume === 0;
  const blockers = blockersOf(facts).join('; ');
  const withVerdict = facts.volume - facts.unknown_volume;
  const reaches = (aim: typeof REJECT) => withVerdict >= aim.volume && facts.days_of_data >= aim.days;
  const isFit = reaches(QUARANTINE) && (facts.known_pass_rate ?? 0) >= QUARANTINE.rate;
  return {
    unknown_fail_volume: facts.fail_volume - facts.known_fail_volume,
    is_parked: isParked,
    confidence: reaches(REJECT) ? 'high' : reaches(QUARANTINE) ? 'medium' : 'low',
    ready_for: isParked || blockers === '' ? 'reject' : isFit ? 'quarantine' : 'none',
    blockers: isParked || blockers === '' ? null : blockers,
  };
}

function blockersOf(facts: Facts): string[] {
  const withVerdict = facts.volume - facts.unknown_volume;
  const found: (readonly [boolean, string])[] = [
    [facts.has_no_record, 'no valid DMARC record is published'],
    [withVerdict < REJECT.volume, `only ${withVerdict} of ${REJECT.volume} messages`],
    [facts.days_of_data < REJECT.days, `only ${facts.days_of_data} of ${REJECT.days} days of data`],
    [facts.known_volume === 0, 'no known source sent anything'],
    [facts.known_volume > 0 && facts.known_judged === 0, 'no verdict of known sources is told'],
    [
      facts.known_pass_rate !== null && facts.known_pass_rate < REJECT.rate,
      `known sources fail ${facts.known_fail_volume} of ${facts.known_judged} messages`,
    ],
    [(facts.known_pass_rate_drop ?? 0) > LARGEST_DROP, 'the pass rate of known sources fell'],
    [facts.new_known_sources > 0, `new known sources: ${facts.new_known_sources}`],
    [!facts.has_favorites, 'no trusted sources marked'],
    [facts.is_sp_weaker, 'subdomains have a weaker policy'],
    [facts.drifted_tags > 0, 'the published record is not the wanted one'],
    [rank(facts.effective_p) === 0, 'the policy is not yet quarantine'],
  ];
  return found.filter(([applies]) => applies).map(([, text]) => text);
}
