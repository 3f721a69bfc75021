import type { ReplaySummary } from '../replay-summary.ts';
import { formatCountOf } from './quantities.ts';
import {
  checksText,
  rowsText,
  type SummaryStyle,
  summaryLines,
  warningLines,
  writtenText,
} from './summary.ts';

/** The end of a replay for people: which days the journals cover, and what was written. */
export function replayText(summary: ReplaySummary, style: Omit<SummaryStyle, 'program'>): string {
  const { run_id, journals, first_day, last_day, warnings } = summary;
  const days = first_day === last_day ? first_day : `${first_day} to ${last_day}`;
  const lines: readonly (readonly [string, string])[] = [
    ['journals', `${formatCountOf(journals, 'run')} of ${days}`],
    ['written', writtenText(summary, style.directory)],
    ['rows', rowsText(summary)],
    ['checks', checksText(summary)],
    ...warningLines(warnings, style.colors),
  ];
  return `replay ${run_id}: ${style.colors.green('ok')}\n${summaryLines(lines)}`;
}
