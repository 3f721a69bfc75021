import type { DatasetSummary } from '../dataset-summary.ts';
import type { RunSummary } from '../run-summary.ts';

/** What the metrics tell of the newest run. */
export interface RunState {
  readonly exitCode: number;
  /** Seconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** When a run last ended with exit code 0; null if none did. */
  readonly lastSuccessAt: number | null;
  /** Null if the run failed. */
  readonly run: RunSummary | null;
  /** Of what is published; null if nothing is. */
  readonly dataset: DatasetSummary | null;
}

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly help: string;
  readonly unit?: 'seconds' | 'bytes' | 'requests' | 'ratio';
  readonly samples: readonly (readonly [Labels, number | null])[];
}

const PREFIX = 'dmarc_etl_';
const STATUSES = ['ok', 'partial', 'interrupted', 'failed'] as const;

/** The metric that is carried over from run to run. */
export const LAST_SUCCESS = `${PREFIX}last_success_timestamp_seconds`;

/**
 * The state of the newest run as OpenMetrics text, all of it gauges: of a job that comes and goes nothing counts up. A
 * family without a value is left out. Prometheus's older text format reads it as well, as node_exporter does.
 */
export function metricsText(state: RunState): string {
  const families = [...ofRun(state), ...ofAccount(state), ...ofDataset(state)];
  return `${families.map(familyText).join('')}# EOF\n`;
}

function ofRun({ exitCode, startedAt, endedAt, lastSuccessAt, run }: RunState): Family[] {
  const status = run?.status ?? 'failed';
  return [
    one('last_run_timestamp_seconds', 'When the newest run ended', endedAt, 'seconds'),
    one('last_success_timestamp_seconds', 'When a run last ended with exit code 0', lastSuccessAt, 'seconds'),
    one('run_duration_seconds', 'How long the newest run took', endedAt - startedAt, 'seconds'),
    one('run_exit_code', 'Exit code of the newest run', exitCode),
    {
      name: 'run_status',
      help: 'How the newest run ended: 1 for its status',
      samples: STATUSES.map((name) => [{ status: name }, name === status ? 1 : 0]),
    },
  ];
}

function ofAccount({ run }: RunState): Family[] {
  if (run === null) return [];
  const { requests, retries, rate_limited, waited_ms, bytes, quota_after, items } = run;
  return [
    one('run_sent_requests', 'Requests of the newest run, retries included', requests, 'requests'),
    one('run_retried_requests', 'Requests that repeated a failed one', retries, 'requests'),
    one('run_limited_requests', 'Answers 429', rate_limited, 'requests'),
    one('run_waited_seconds', 'Time spent waiting for limits and retries', waited_ms / 1000, 'seconds'),
    one('run_received_bytes', 'Bytes of the answers', bytes, 'bytes'),
    one('quota_left_requests', "What was left of the day's quota", quota_after, 'requests'),
    {
      name: 'run_items',
      help: 'Items that were received, by what became of them',
      samples: Object.entries(items).map(([outcome, count]) => [{ outcome }, count]),
    },
    one('run_failed_checks', 'Checks that found something', run.failed_checks.length),
    one('run_warnings', 'Warnings of the newest run', run.warnings.length),
  ];
}

function ofDataset({ run, dataset }: RunState): Family[] {
  const tables = Object.entries(run?.version_dir == null ? {} : run.rows);
  const { coverage, as_of_date } = dataset ?? { coverage: null, as_of_date: null };
  const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
  return [
    {
      name: 'table_rows',
      help: 'Rows of the published version',
      samples: tables.map(([table, rows]) => [{ table }, rows]),
    },
    one(
      'as_of_timestamp_seconds',
      'UTC day of the newest complete listing',
      as_of_date === null ? null : Date.parse(as_of_date) / 1000,
      'seconds',
    ),
    {
      name: 'fresh_ratio',
      help: 'Part of what is listed whose details are as of the newest listing',
      unit: 'ratio',
      samples:
        coverage === null
          ? []
          : [
              [{ of: 'volume' }, share(coverage.fresh_volume, coverage.volume)],
              [{ of: 'ips' }, share(coverage.fresh_ips, coverage.ips)],
            ],
    },
  ];
}

function one(name: string, help: string, value: number | null, unit?: Family['unit']): Family {
  return { name, help, ...(unit === undefined ? {} : { unit }), samples: [[{}, value]] };
}

function familyText({ name, help, unit, samples }: Family): string {
  const told = samples.filter(([, value]) => value !== null);
  if (told.length === 0) return '';
  const full = `${PREFIX}${name}`;
  const head = [
    `# TYPE ${full} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${full} ${unit}`]),
    `# HELP ${full} ${help}`,
  ];
  return `${[...head, ...told.map(([labels, value]) => `${full}${labelsText(labels)} ${value}`)].join('\n')}\n`;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
