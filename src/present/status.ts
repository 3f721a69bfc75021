import type { Coverage, DatasetSummary, RunAccount } from '../dataset-summary.ts';
import type { NextRun } from '../next-run.ts';
import type { Colors } from './colors.ts';
import { formatBytes, formatCount, formatCountOf, formatDuration, formatShare } from './quantities.ts';
import { terminalText } from './terminal-text.ts';
import { wrapText } from './wrap.ts';

/** What is published in an out directory, as `--json` prints it. */
export interface DatasetStatus {
  readonly out: string;
  readonly version_dir: string;
  readonly run_id: string;
  /** ISO 8601, UTC. */
  readonly published_at: string;
  readonly api_origin: string;
  readonly program_version: string;
  readonly contract_version: number;
  /** `YYYY-MM-DD`; null if there is no record. */
  readonly newest_record_date: string | null;
  readonly files: number;
  readonly bytes: number;
  /** Table → rows. */
  readonly rows: Readonly<Record<string, number>>;
  /** Null if an older version of the program published it. */
  readonly summary: DatasetSummary | null;
  readonly next_run: NextRun | null;
}

/** Name and text of a line; the text may hold line breaks. */
type Line = readonly [name: string, text: string];

const MARGIN = 11;
const DAY_MS = 86_400_000;

/** The status for people, as of `nowMs`. */
export function statusText(
  status: DatasetStatus,
  nowMs: number,
  colors: Colors,
  width: number | null = null,
): string {
  const age = formatDuration(Math.max(0, nowMs - Date.parse(status.published_at)));
  const { summary, next_run } = status;
  const lines: readonly Line[] = [
    ['dataset', terminalText(status.out)],
    ['source', terminalText(status.api_origin)],
    ['version', terminalText(status.run_id)],
    ['published', `${secondsOf(status.published_at)} (${age} ago)`],
    ['newest', newestText(status.newest_record_date)],
    ...(summary === null ? [] : summaryLines(summary, nowMs, colors)),
    ...(next_run === null ? [] : [['next run', nextRunText(next_run)] as const]),
    ['size', `${formatBytes(status.bytes)} in ${formatCountOf(status.files, 'file')}`],
    [
      'format',
      `contract ${status.contract_version}, written by version ${terminalText(status.program_version)}`,
    ],
  ];
  const runs = summary === null ? '' : `${colors.bold('runs')}\n${runLines(summary.runs, colors, width)}`;
  return `${lines.map((line) => lineText(line, colors, width)).join('')}${runs}${colors.bold('rows')}\n${rowLines(status.rows)}`;
}

function lineText([name, text]: Line, colors: Colors, width: number | null): string {
  const lines = text.split('\n').map((line) => wrapText(line, width, MARGIN));
  return `${colors.bold(name.padEnd(MARGIN))}${lines.join(`\n${' '.repeat(MARGIN)}`)}\n`;
}

function newestText(day: string | null): string {
  return day === null ? 'no record yet' : `records of ${terminalText(day)}`;
}

function summaryLines(
  { as_of_date, coverage, quota }: DatasetSummary,
  nowMs: number,
  colors: Colors,
): Line[] {
  const left =
    quota === null ? 'not told' : `${formatCount(quota.left)} requests left at ${secondsOf(quota.as_of)}`;
  return [
    ['coverage', coverageText(coverage, as_of_date, nowMs, colors)],
    ['quota', left],
  ];
}

function coverageText(coverage: Coverage, day: string | null, nowMs: number, colors: Colors): string {
  if (day === null) return 'nothing listed yet';
  const { monitors, listed_monitors, ips, fresh_ips, volume, fresh_volume } = coverage;
  const volumeShare = `${formatShare(fresh_volume, volume)} of volume`;
  const ipShare = `${formatShare(fresh_ips, ips)} of IPs`;
  const shares =
    `${volumeShare} and ${ipShare} are as of ${dayText(day, nowMs, colors)}\n` +
    `${formatCount(fresh_ips)} of ${formatCountOf(ips, 'IP')}`;
  const missing = monitors - listed_monitors;
  const unlisted = `, ${formatCountOf(missing, 'monitor')} of ${formatCount(monitors)} not listed whole`;
  return `${shares}${missing === 0 ? ` of ${formatCountOf(monitors, 'monitor')}` : colors.yellow(unlisted)}`;
}

/** A run before dawn counts as last night, whichever side of midnight it was on. */
function dayText(day: string, nowMs: number, colors: Colors): string {
  const days = Math.floor((nowMs - Date.parse(day)) / DAY_MS);
  if (days <= 1) return `last night (${terminalText(day)})`;
  return colors.yellow(`${terminalText(day)}, ${formatCountOf(days, 'day')} ago`);
}

function nextRunText({ journals, monitors, details, verify }: NextRun): string {
  const { never, changed, aged } = details;
  const reasons = [
    [never, 'never read'],
    [changed, 'changed'],
    [aged, 'too old'],
  ] as const;
  const told = reasons.filter(([count]) => count > 0).map(([count, why]) => `${formatCount(count)} ${why}`);
  const first =
    journals.length === 0 ? [] : [`loads ${formatCountOf(journals.length, 'journal')} of earlier runs`];
  return [
    ...first,
    `lists ${formatCountOf(monitors, 'monitor')}, then reads what is new or changed`,
    ...(told.length === 0 ? [] : [`reads details of IPs known to be missing: ${told.join(', ')}`]),
    ...(verify === 0 ? [] : [`reads ${formatCountOf(verify, 'unchanged IP')} again in proof`]),
  ].join('\n');
}

/** Columns before the counts of a run. */
const RUN_MARGIN = 37;

function runLines(runs: readonly RunAccount[], colors: Colors, width: number | null): string {
  const paint = (status: string) => (status === 'ok' ? colors.green : colors.yellow)(status.padEnd(11));
  const requests = Math.max(...runs.map((run) => formatCount(run.requests).length));
  const news = Math.max(...runs.map((run) => formatCount(run.news).length));
  return runs
    .map((run) => {
      const took = formatDuration(Date.parse(run.finished_at) - Date.parse(run.started_at));
      const why =
        run.stop_reason === 'done' ? '' : ` (${terminalText(run.stop_reason.replaceAll('_', ' '))})`;
      const counts = [
        `${formatCount(run.requests).padStart(requests)} requests`,
        `${formatCount(run.news).padStart(news)} news`,
        ...(run.quarantined === 0 ? [] : [`${formatCount(run.quarantined)} quarantined`]),
      ];
      const text = wrapText(`${counts.join(', ')}, ${took}${why}`, width, RUN_MARGIN);
      return `  ${terminalText(run.run_id)}  ${paint(run.status)} ${text}\n`;
    })
    .join('');
}

/** An ISO time without its milliseconds. */
function secondsOf(iso: string): string {
  return terminalText(iso.replace(/\.\d+Z$/, 'Z'));
}

function rowLines(rows: Readonly<Record<string, number>>): string {
  const entries = Object.entries(rows).map(
    ([table, count]) => [terminalText(table), formatCount(count)] as const,
  );
  const margin = entries.reduce((most, [, count]) => Math.max(most, count.length), 0);
  return entries.map(([table, count]) => `  ${count.padStart(margin)}  ${table}\n`).join('');
}
