import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Node versions that are tried beside the one that runs the tests. */
const OTHER_NODE = '24.9.0';

export interface Packed {
  /** The tarball. */
  readonly path: string;
  /** Paths in it. */
  readonly files: readonly string[];
}

/** Runs npm in a directory; its output is in the error if it fails. */
function npm(directory: string, ...words: readonly string[]): string {
  return execFileSync('npm', words, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Packs the built package into a folder. */
export function pack(folder: string): Packed {
  const told = npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  const answer: unknown = JSON.parse(told);
  const [packed] = (Array.isArray(answer) ? answer : Object.values(answer as object)) as {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  if (packed === undefined) throw new Error('npm pack made no package');
  return { path: join(folder, packed.filename), files: packed.files.map(({ path }) => path) };
}

/** Installs packages into a new empty folder without their scripts; resolves to the folder. */
export function install(...specs: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'dmarc-etl-package-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
  npm(folder, 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...specs);
  return folder;
}

/** Node programs to try: name → path. The npm packages of the other versions hold nothing but the binary. */
export function nodePrograms(): readonly (readonly [version: string, path: string])[] {
  const name = `node-${process.platform === 'darwin' ? 'bin-darwin' : process.platform}-${process.arch}`;
  const path = join(install(`${name}@${OTHER_NODE}`), 'node_modules', name, 'bin', 'node');
  if (!existsSync(path)) throw new Error(`${name}@${OTHER_NODE} brought no bin/node`);
  return [
    [process.version, process.execPath],
    [`v${OTHER_NODE}`, path],
  ];
}

/** A JSON file of the repository. */
export function readJson(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, unknown>;
}

export { ROOT };
