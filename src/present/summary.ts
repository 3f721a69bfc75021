import { relative } from 'node:path';
import type { RunSummary } from '../run-summary.ts';
import type { Colors } from './colors.ts';
import { shellWord } from './program-name.ts';
import { formatBytes, formatCount, formatCountOf, formatDuration } from './quantities.ts';
import { terminalText } from './terminal-text.ts';
import { wrapText } from './wrap.ts';

/** What the summary needs of the terminal. */
export interface SummaryStyle {
  readonly colors: Colors;
  readonly program: string;
  /** Directory that paths are told from. */
  readonly directory: string;
  /** Columns of the terminal; absent or null if it is none. */
  readonly width?: number | null;
}

/** Tables of which the API knows nothing. */
const DERIVED_TABLES: readonly string[] = ['calendar', 'parameters'];

/** Something to ask at once. */
const FIRST_QUESTION =
  'SELECT domain_name, report_date, volume, pass_rate FROM v_domain_daily ORDER BY report_date DESC LIMIT 20';

/** The end of a run for people: what was read, written and where, and a line to copy that queries it. */
export function summaryText(summary: RunSummary, style: SummaryStyle): string {
  const { colors } = style;
  const lines: readonly SummaryLine[] = [
    ['read', readText(summary)],
    ['items', itemsText(summary)],
    ['written', writtenText(summary, style.directory)],
    ['rows', rowsText(summary)],
    ['checks', checksText(summary)],
    ...warningLines(summary.warnings, colors),
  ];
  return `${headline(summary, colors)}\n${summaryLines(lines, style.width)}${nextText(summary, style)}`;
}

type SummaryLine = readonly [name: string, text: string];

const NAME_WIDTH = 9;

/** Names and texts in two columns, at most `width` columns wide; one without a text is left out. */
export function summaryLines(lines: readonly SummaryLine[], width?: number | null): string {
  const told = lines.filter(([, text]) => text !== '');
  return told
    .map(([name, text]) => `  ${name.padEnd(NAME_WIDTH)}${wrapText(text, width, NAME_WIDTH + 2)}\n`)
    .join('');
}

export function warningLines(warnings: readonly string[], colors: Colors): SummaryLine[] {
  return warnings.map((warning) => ['warning', colors.yellow(terminalText(warning))]);
}

function headline(summary: RunSummary, colors: Colors): string {
  const paint = { ok: colors.green, partial: colors.yellow, interrupted: colors.yellow, failed: colors.red };
  const why =
    summary.stop_reason === 'done' ? '' : ` (stopped by: ${summary.stop_reason.replaceAll('_', ' ')})`;
  return `run ${summary.run_id}: ${paint[summary.status](summary.status)}${why}`;
}

function readText(summary: RunSummary): string {
  const took = Date.parse(summary.finished_at) - Date.parse(summary.started_at);
  const parts = [
    `${formatCountOf(summary.requests, 'request')} in ${formatDuration(took)}`,
    formatBytes(summary.bytes),
    ...(summary.waited_ms === 0 ? [] : [`${formatDuration(summary.waited_ms)} waited`]),
    ...(summary.retries === 0 ? [] : [formatCountOf(summary.retries, 'retry', 'retries')]),
    ...(summary.rate_limited === 0 ? [] : [`${formatCount(summary.rate_limited)} rate-limited`]),
    ...(summary.quota_after === null ? [] : [`${formatCount(summary.quota_after)} left of today's quota`]),
  ];
  return parts.join(' · ');
}

function itemsText({ items }: RunSummary): string {
  const counts: readonly (readonly [number, string])[] = [
    [items.inserted, 'new'],
    [items.changed, 'changed'],
    [items.identical, 'identical'],
    [items.superseded, 'superseded'],
    [items.set_aside, 'set aside'],
    [items.quarantined, 'quarantined'],
  ];
  const told = counts.filter(([count]) => count > 0).map(([count, word]) => `${formatCount(count)} ${word}`);
  return told.length === 0 ? 'none received' : told.join(' · ');
}

export function writtenText(
  { version_dir, files }: Pick<RunSummary, 'version_dir' | 'files'>,
  directory: string,
): string {
  if (version_dir === null) return 'nothing published; what was published before is untouched';
  const linked = files.linked === 0 ? '' : `, ${formatCount(files.linked)} unchanged`;
  return `${terminalText(tellPath(version_dir, directory))} (${formatCountOf(files.written, 'file')}${linked})`;
}

export function rowsText({ rows }: Pick<RunSummary, 'rows'>): string {
  return Object.entries(rows)
    .filter(([table, count]) => count > 0 && !table.startsWith('meta_') && !DERIVED_TABLES.includes(table))
    .map(([table, count]) => `${formatCount(count)} ${table}`)
    .join(' · ');
}

/** What the checks found; nothing if they all passed. */
export function checksText({ failed_checks }: Pick<RunSummary, 'failed_checks'>): string {
  return failed_checks
    .map(({ name, violations }) => `${terminalText(name)}: ${formatCount(violations)}`)
    .join(' · ');
}

function nextText({ version_dir, out }: RunSummary, { program, directory, colors }: SummaryStyle): string {
  if (version_dir === null) return '';
  const line = `${program} query --out ${shellWord(tellPath(out, directory))} "${FIRST_QUESTION}"`;
  return `\n  ${colors.bold(terminalText(line))}\n`;
}

/** A path as seen from `directory`, if it is below it; else as it is. */
function tellPath(path: string, directory: string): string {
  const seen = relative(directory, path);
  return seen === '' || seen.startsWith('..') ? path : `./${seen}`;
}
