import { type FileSystem, nodeFileSystem } from '../../src/files.ts';

/** An error as Node has it when the file system refuses a call. */
export function refusal(code: string, syscall: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: refused, ${syscall} '${path}'`), { code, syscall, path });
}

/** The machine's file system, but for calls that always end with an error. */
export function refusing(codes: Readonly<Partial<Record<keyof FileSystem, string>>>): FileSystem {
  const files: Record<string, unknown> = { ...nodeFileSystem };
  for (const [name, code] of Object.entries(codes)) {
    files[name] = (path: string) => Promise.reject(refusal(code, name, path));
  }
  return files as FileSystem;
}
