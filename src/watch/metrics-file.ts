import writeFileAtomic from 'write-file-atomic';
import type { FileSystem } from '../files.ts';
import { readManifest } from '../load/manifest.ts';
import { LAST_SUCCESS, metricsText, type RunState } from './metrics.ts';

/**
 * Writes the state of a run as OpenMetrics text: whoever reads sees the file before or after, never a part of it. When a
 * run last succeeded is taken over from the file before. Throws what the file system throws.
 */
export async function writeMetrics(
  fileSystem: FileSystem,
  path: string,
  state: Omit<RunState, 'lastSuccessAt' | 'dataset'>,
): Promise<void> {
  const lastSuccessAt = state.exitCode === 0 ? state.endedAt : await successBefore(fileSystem, path);
  const versionDir = state.run?.version_dir ?? null;
  const dataset = versionDir === null ? null : (await readManifest(fileSystem, versionDir)).summary;
  await writeFileAtomic(path, metricsText({ ...state, lastSuccessAt, dataset }), { mode: 0o644 });
}

async function successBefore(fileSystem: FileSystem, path: string): Promise<number | null> {
  const text = await fileSystem.readFile(path, 'utf8').catch(() => '');
  const [, seconds] = new RegExp(`^${LAST_SUCCESS} ([\\d.]+)$`, 'm').exec(text) ?? [];
  return seconds === undefined ? null : Number(seconds);
}
