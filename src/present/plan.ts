import type { PlanSummary } from '../plan-summary.ts';
import type { Colors } from './colors.ts';
import { formatCount, formatCountOf } from './quantities.ts';
import { terminalText } from './terminal-text.ts';

/** Why details are asked for, in words. */
const REASONS: Readonly<Record<string, string>> = {
  new: 'never asked for',
  changed: 'the aggregated report changed',
  aged: 'unchanged, but too old to trust a moving window',
  incomplete: 'reading stopped before its end',
  verify: 'unchanged, read again in proof',
};

/** What a run would do, for people. */
export function planText(plan: PlanSummary, colors: Colors): string {
  const listed = `${formatCountOf(plan.monitors, 'monitor')}, ${formatCountOf(plan.ips, 'source IP')}`;
  const lines: readonly (readonly [string, string])[] = [
    ['listed', `${listed} · cost ${formatCountOf(plan.listing_requests, 'request')}`],
    ...Object.entries(plan.details)
      .filter(([, { ips }]) => ips > 0)
      .map(([reason, { ips, pages }]) => [reason, `${work(ips, pages)} · ${REASONS[reason] ?? ''}`] as const),
    ['sources', `report sources of ${formatCountOf(plan.sources, 'monitor')}`],
    ['a run', costText(plan)],
    ...plan.warnings.map((warning) => ['warning', colors.yellow(terminalText(warning))] as const),
  ];
  const head = plan.is_complete ? 'plan' : 'plan (not all monitors were listed)';
  return `${colors.bold(head)}\n${lines.map(([name, text]) => `  ${name.padEnd(11)}${text}\n`).join('')}`;
}

function work(ips: number, pages: number): string {
  return `${formatCountOf(ips, 'IP')}, ${formatCountOf(pages, 'request')}`;
}

function costText(plan: PlanSummary): string {
  const least = (plan.details.new?.ips ?? 0) > 0 ? 'at least ' : '';
  const share =
    plan.quota_left === null || plan.quota_share === null
      ? ''
      : ` · ${(plan.quota_share * 100).toFixed(1)} % of the ${formatCount(plan.quota_left)} left of today's quota`;
  const minutes = formatCountOf(plan.minutes, 'minute');
  return `${least}${formatCountOf(plan.requests, 'request')} beside its listing, about ${minutes}${share}`;
}
