import { basename } from 'node:path';
import type { Clock } from '../clock.ts';
import { BusyError, EtlError } from '../errors.ts';
import type { FileSystem } from '../files.ts';
import { listJournals } from '../journal/list.ts';
import type { Manifest } from '../load/manifest.ts';
import type { OutDirectory } from '../load/out-directory.ts';
import { verifyVersion } from '../load/verify.ts';
import { currentVersionDir } from '../load/versions.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

export interface DatasetContext {
  readonly fileSystem: FileSystem;
  readonly clock: Pick<Clock, 'now'>;
  readonly out: OutDirectory;
  /** Days without a complete listing after which data is stale. */
  readonly staleAfterDays: number;
}

export interface DatasetFindings {
  readonly findings: readonly Finding[];
  /** Bytes of the published version; 0 if there is none that can be read. */
  readonly bytes: number;
}

const DAY_MS = 86_400_000;

/** The published version, proven file by file and row by row, and how old its data is. */
export async function checkDataset(context: DatasetContext): Promise<DatasetFindings> {
  const { fileSystem, out } = context;
  try {
    const dir = await currentVersionDir(fileSystem, out);
    if (dir === null) return { findings: [await nothingPublished(context)], bytes: 0 };
    const manifest = await verifyVersion(fileSystem, dir);
    const verified = ok(
      'version',
      `${basename(dir)} is whole: contract ${manifest.contract_version}, ${manifest.files.length} files`,
    );
    return { findings: [verified, newest(manifest, context)], bytes: bytesOf(manifest) };
  } catch (error) {
    if (!(error instanceof EtlError)) throw error;
    if (error instanceof BusyError)
      return { findings: [warn('version', error.message, error.hint ?? '')], bytes: 0 };
    const hint =
      error.hint ??
      'The next run starts from the newest good version; `dmarc-etl replay` rebuilds it from the journals.';
    return { findings: [fail('version', error.message, hint)], bytes: 0 };
  }
}

async function nothingPublished({ fileSystem, out }: DatasetContext): Promise<Finding> {
  const journals = (await listJournals(out.journals, fileSystem)).length;
  const kept = journals === 0 ? '' : `; ${journals} journals of unfinished runs are kept`;
  return warn(
    'version',
    `nothing is published in ${out.root}${kept}`,
    'Export into it with `dmarc-etl run`.',
  );
}

function newest({ summary, published_at }: Manifest, { clock, staleAfterDays }: DatasetContext): Finding {
  const day = summary?.as_of_date ?? published_at.slice(0, 10);
  const days = Math.floor((clock.now() - Date.parse(day)) / DAY_MS);
  const told = `as of ${day}${days < 1 ? '' : `, ${days === 1 ? '1 day' : `${days} days`} ago`}`;
  return days <= staleAfterDays
    ? ok('data', told)
    : warn('data', told, 'See that the nightly run is scheduled, and what it last said.');
}

function bytesOf({ files }: Manifest): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
