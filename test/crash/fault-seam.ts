import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FileSystem } from '../../src/files.ts';

/** One call through the seam of the file system. */
export interface SeamCall {
  /** The function; on an open file `handle.` stands before it. */
  readonly name: string;
  readonly path: string;
  /** Whether it changes anything on the disk, or makes a change last. */
  readonly isChange: boolean;
  /** The open file, for a call on one. */
  readonly handle: FileHandle | null;
  /** Writes the first half of what the call is to write: what a fault in the middle of it leaves behind. */
  readonly writeHalf: () => Promise<void>;
}

export interface SeamWatch {
  /** Called before every call; what it throws, the call throws instead of being made. */
  before?(call: SeamCall): void | Promise<void>;
}

const CHANGES = new Set(['chmod', 'copyFile', 'link', 'mkdir', 'rename', 'rm', 'symlink', 'unlink']);
const HANDLE_CHANGES = new Set(['appendFile', 'chmod', 'datasync', 'sync', 'truncate', 'write', 'writeFile']);
const HANDLE_READS = new Set(['read', 'readFile', 'stat']);

/** A file system that tells of every call, also of those on the files it opens. Closing a file is never told. */
export function watchFiles(inner: FileSystem, watch: SeamWatch): FileSystem {
  return new Proxy(inner, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== 'function' || typeof key !== 'string') return method;
      return async (...words: unknown[]) => {
        const path = String(words[key === 'link' || key === 'rename' || key === 'symlink' ? 1 : 0]);
        const isChange = CHANGES.has(key) || (key === 'open' && (words[1] ?? 'r') !== 'r');
        await watch.before?.({ name: key, path, isChange, handle: null, writeHalf: async () => undefined });
        const result: unknown = await Reflect.apply(method, target, words);
        return key === 'open' ? watchHandle(result as FileHandle, path, watch) : result;
      };
    },
  });
}

function watchHandle(handle: FileHandle, path: string, watch: SeamWatch): FileHandle {
  return new Proxy(handle, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== 'function') return method;
      if (typeof key !== 'string' || !(HANDLE_CHANGES.has(key) || HANDLE_READS.has(key)))
        return method.bind(target);
      return async (...words: unknown[]) => {
        const isChange = HANDLE_CHANGES.has(key);
        const writeHalf = () => appendHalf(target, key, words[0]);
        await watch.before?.({ name: `handle.${key}`, path, isChange, handle: target, writeHalf });
        return Reflect.apply(method, target, words) as unknown;
      };
    },
  });
}

async function appendHalf(handle: FileHandle, name: string, data: unknown): Promise<void> {
  if (name !== 'appendFile' && name !== 'writeFile') return;
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) return;
  const bytes = Buffer.from(data as Uint8Array);
  await handle.appendFile(bytes.subarray(0, Math.floor(bytes.length / 2)));
}

/** A call in words: the function and the last name of the path. */
export function wordsOf({ name, path }: SeamCall): string {
  return `${name} ${basename(path)}`;
}
