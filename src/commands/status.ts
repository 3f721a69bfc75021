import { systemClock } from '../clock.ts';
import { type Settings, settingOf } from '../config/settings.ts';
import { ConfigurationError, EXIT } from '../errors.ts';
import { nodeFileSystem } from '../files.ts';
import { foreseeRun } from '../next-run.ts';
import { OPTIONS } from '../option-table.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { jsonText } from '../present/json.ts';
import { formatCountOf } from '../present/quantities.ts';
import { type DatasetStatus, statusText } from '../present/status.ts';
import { defineCommand } from './command.ts';
import { OUT_FLAG } from './out-flag.ts';

const DAY_MS = 86_400_000;

export const statusCommand = defineCommand({
  name: 'status',
  describe:
    'Tells what is published and from when, the last runs, coverage, quota, and what the next run will do; opens no database',
  flags: { ...OUT_FLAG, json: { type: 'boolean', describe: 'print one JSON object' } },
  examples: [
    ['$0 status --out ./dmarc-data', 'what is there'],
    ['$0 status --json | jq .summary.coverage', 'for a script'],
  ],
  async run(values, _operand, terminal, _further, settings) {
    const status = await readStatus(values.out, settings);
    const colors = colorsFor(wantsColors(terminal.stdout, terminal.environment));
    const text = values.json
      ? `${jsonText(status)}\n`
      : statusText(status, systemClock.now(), colors, terminal.stdout.columns);
    await terminal.stdout.write(text);
    return EXIT.ok;
  },
});

/** What the manifest of the current version says. Throws ConfigurationError if nothing is published in `out`. */
async function readStatus(out: string, settings: Settings | null): Promise<DatasetStatus> {
  const [{ outDirectory }, { readManifest }, { listJournals }] = await Promise.all([
    import('../load/out-directory.ts'),
    import('../load/manifest.ts'),
    import('../journal/list.ts'),
  ]);
  const directory = outDirectory(out);
  const journals = await listJournals(directory.journals, nodeFileSystem);
  const versionDir = await nodeFileSystem.realpath(directory.current).catch((cause: unknown) => {
    throw nothingPublished(directory.root, journals.length, cause);
  });
  const manifest = await readManifest(nodeFileSystem, versionDir);
  const { summary } = manifest;
  const recordFiles = manifest.files.filter((file) => file.table === 'report_records');
  const isLoaded = (run_id: string) => summary?.runs.some((run) => run.run_id === run_id);
  // Those that a version contains are compressed after its publish.
  const waiting = journals.filter(({ run_id, isCompressed }) => !isCompressed && !isLoaded(run_id));
  return {
    out: directory.root,
    version_dir: versionDir,
    run_id: manifest.run_id,
    published_at: manifest.published_at,
    api_origin: manifest.api_origin,
    program_version: manifest.program_version,
    contract_version: manifest.contract_version,
    newest_record_date: newest(recordFiles.map((file) => file.max_date)),
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0),
    rows: manifest.tables,
    summary,
    next_run:
      summary === null
        ? null
        : foreseeRun(
            summary,
            waiting.map(({ run_id }) => run_id),
            nextRunOptions(settings),
          ),
  };
}

function nothingPublished(root: string, journals: number, cause: unknown): ConfigurationError {
  const kept = `; ${formatCountOf(journals, 'journal')} of unfinished runs ${journals === 1 ? 'is' : 'are'} kept`;
  return new ConfigurationError(`nothing is published in ${root}${journals === 0 ? '' : kept}`, {
    cause,
    hint: 'Name the directory with --out, or export into it with `dmarc-etl run`.',
  });
}

function nextRunOptions(settings: Settings | null) {
  const { 'max-age': maxAge, verify } = OPTIONS;
  return {
    nowMs: systemClock.now(),
    maxAgeMs: Number(settingOf(settings, 'max-age') ?? maxAge.default) * DAY_MS,
    verifyShare: verify.read(String(settingOf(settings, 'verify') ?? verify.default), 'verify'),
  };
}

function newest(days: readonly (string | null)[]): string | null {
  return days.reduce(
    (latest, day) => (day !== null && (latest === null || day > latest) ? day : latest),
    null,
  );
}
