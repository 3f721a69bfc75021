import type { Colors } from './colors.ts';
import { formatBytes, formatCount, formatCountOf, formatDuration } from './quantities.ts';
import { terminalText } from './terminal-text.ts';

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
}

/** The status for people, as of `nowMs`. */
export function statusText(status: DatasetStatus, nowMs: number, colors: Colors): string {
  const age = formatDuration(Math.max(0, nowMs - Date.parse(status.published_at)));
  const lines: readonly (readonly [string, string])[] = [
    ['dataset', status.out],
    ['source', status.api_origin],
    ['version', status.run_id],
    ['published', `${status.published_at} (${age} ago)`],
    [
      'newest',
      status.newest_record_date === null ? 'no record yet' : `records of ${status.newest_record_date}`,
    ],
    ['size', `${formatBytes(status.bytes)} in ${formatCountOf(status.files, 'file')}`],
    ['format', `contract ${status.contract_version}, written by version ${status.program_version}`],
  ];
  const head = lines.map(([name, text]) => `${colors.bold(name.padEnd(11))}${terminalText(text)}\n`).join('');
  return `${head}${colors.bold('rows')}\n${rowLines(status.rows)}`;
}

function rowLines(rows: Readonly<Record<string, number>>): string {
  const entries = Object.entries(rows).map(
    ([table, count]) => [terminalText(table), formatCount(count)] as const,
  );
  const margin = entries.reduce((most, [, count]) => Math.max(most, count.length), 0);
  return entries.map(([table, count]) => `  ${count.padStart(margin)}  ${table}\n`).join('');
}
