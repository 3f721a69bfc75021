import { systemClock } from '../clock.ts';
import { ConfigurationError, EXIT } from '../errors.ts';
import { nodeFileSystem } from '../files.ts';
import { colorsFor, wantsColors } from '../present/colors.ts';
import { jsonText } from '../present/json.ts';
import { type DatasetStatus, statusText } from '../present/status.ts';
import { defineCommand } from './command.ts';
import { OUT_FLAG } from './out-flag.ts';

export const statusCommand = defineCommand({
  name: 'status',
  describe: 'Tells what is published, from when, and how much; opens no database',
  flags: { ...OUT_FLAG, json: { type: 'boolean', describe: 'print one JSON object' } },
  examples: [['$0 status --out ./dmarc-data', 'what is there']],
  async run(values, _operand, terminal) {
    const status = await readStatus(values.out);
    const colors = colorsFor(wantsColors(terminal.stdout, terminal.environment));
    const text = values.json ? `${jsonText(status)}\n` : statusText(status, systemClock.now(), colors);
    await terminal.stdout.write(text);
    return EXIT.ok;
  },
});

/** What the manifest of the current version says. Throws ConfigurationError if nothing is published in `out`. */
async function readStatus(out: string): Promise<DatasetStatus> {
  const [{ outDirectory }, { readManifest }] = await Promise.all([
    import('../load/out-directory.ts'),
    import('../load/manifest.ts'),
  ]);
  const directory = outDirectory(out);
  const versionDir = await nodeFileSystem.realpath(directory.current).catch((cause: unknown) => {
    throw new ConfigurationError(`nothing is published in ${directory.root}`, {
      cause,
      hint: 'Name the directory with --out, or export into it with `dmarc-etl run`.',
    });
  });
  const manifest = await readManifest(nodeFileSystem, versionDir);
  const recordFiles = manifest.files.filter((file) => file.table === 'report_records');
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
  };
}

function newest(days: readonly (string | null)[]): string | null {
  return days.reduce(
    (latest, day) => (day !== null && (latest === null || day > latest) ? day : latest),
    null,
  );
}
