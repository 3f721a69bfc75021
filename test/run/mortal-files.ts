import type { FileHandle } from 'node:fs/promises';
import { type FileSystem, nodeFileSystem } from '../../src/files.ts';

/** Calls that change something; all others always work. */
const CHANGES = [
  'chmod',
  'copyFile',
  'link',
  'mkdir',
  'open',
  'rename',
  'rm',
  'symlink',
  'unlink',
] as const satisfies readonly (keyof FileSystem)[];
const WRITES = ['appendFile', 'writeFile', 'sync', 'datasync'] as const;

/**
 * The machine's file system until so many changes were made; from then on every change fails, as if the process had
 * been killed there. A last append may leave half of its text.
 */
export function mortalFiles(changes: number): FileSystem {
  let left = changes;
  const die = () => {
    left -= 1;
    if (left < 0) throw new Error('the process is no more');
  };
  const files: Record<string, unknown> = { ...nodeFileSystem };
  for (const name of CHANGES) {
    const call = nodeFileSystem[name] as (...values: unknown[]) => Promise<unknown>;
    files[name] = async (...values: unknown[]) => {
      die();
      const result = await call(...values);
      return name === 'open' ? mortalHandle(result as FileHandle, die) : result;
    };
  }
  return files as FileSystem;
}

function mortalHandle(handle: FileHandle, die: () => void): FileHandle {
  const target = handle as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;
  for (const name of WRITES) {
    const call = target[name]?.bind(handle);
    target[name] = async (...values: unknown[]) => {
      try {
        die();
      } catch (error) {
        const [text] = values;
        if (typeof text === 'string') await call?.(text.slice(0, text.length / 2));
        throw error;
      }
      return call?.(...values);
    };
  }
  return handle;
}
