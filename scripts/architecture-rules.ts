import { findCycles } from './find-cycles.ts';
import { type ImportGraph, UNREADABLE } from './read-imports.ts';

/** The rules of ARCHITECTURE.md, as a function from the imports of all files to what breaks them. */

/** Part of the program → the parts that its files may import, types included. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  cli: ['commands', 'present', 'ground'],
  commands: [
    ...['commands', 'present', 'run', 'extract', 'transform', 'load', 'contract', 'journal', 'ground'],
    ...['config', 'doctor', 'watch', 'client', 'manage', 'sandbox'],
  ],
  library: ['library', 'run', 'client', 'extract', 'load', 'contract', 'ground'],
  manage: ['manage', 'client', 'transform', 'ground'],
  client: ['client', 'extract', 'ground'],
  config: ['config', 'present', 'contract', 'ground'],
  watch: ['watch', 'load', 'ground'],
  doctor: ['doctor', 'extract', 'load', 'contract', 'journal', 'ground'],
  present: ['present', 'contract', 'ground'],
  run: ['run', 'extract', 'transform', 'load', 'contract', 'journal', 'ground'],
  extract: ['extract', 'contract', 'journal', 'ground'],
  transform: ['transform', 'contract', 'journal', 'ground'],
  load: ['load', 'contract', 'journal', 'ground'],
  journal: ['journal', 'contract', 'ground'],
  contract: ['contract', 'ground'],
  ground: ['ground'],
  sandbox: ['sandbox'],
};

/** Files of src/ itself that are no ground. */
const FILES_WITH_A_PART: Readonly<Record<string, string>> = {
  'src/cli.ts': 'cli',
  'src/run.ts': 'run',
  'src/index.ts': 'library',
};

/** The one file that may import the sandbox. */
const SANDBOX_COMMAND = 'src/commands/sandbox.ts';

/** What every start of the command line may load; all else waits for the command that needs it. */
const LIGHT_PARTS: readonly string[] = ['cli', 'commands', 'config', 'present', 'contract', 'ground'];
const LIGHT_PACKAGES: readonly string[] = ['yargs', 'yargs/helpers', 'picocolors'];

/** One sentence for each import that breaks a rule; none when all is as it should be. */
export function brokenRules(graph: ImportGraph): string[] {
  return [...brokenArrows(graph), ...findCycles(graph), ...brokenStart(graph)];
}

/** The part a file belongs to: its folder, or the ground; undefined for a folder that no rule knows. */
export function partOf(file: string): string | undefined {
  const [, folder = '', rest] = file.split('/');
  if (rest === undefined) return FILES_WITH_A_PART[file] ?? 'ground';
  return Object.hasOwn(MAY_IMPORT, folder) ? folder : undefined;
}

function brokenArrows(graph: ImportGraph): string[] {
  return [...graph].flatMap(([file, imports]) =>
    imports.map(({ target }) => brokenArrow(graph, file, target)).filter((sentence) => sentence !== null),
  );
}

function brokenArrow(graph: ImportGraph, file: string, target: string): string | null {
  const part = partOf(file);
  if (part === undefined) return `${file} is in a folder that ARCHITECTURE.md does not know`;
  if (target === UNREADABLE) return `${file} has an import() whose target is not written out`;
  if (!isFile(target)) return null;
  if (!graph.has(target)) return `${file} imports ${target}, which is no file of src`;
  const other = partOf(target) ?? '';
  if (!MAY_IMPORT[part]?.includes(other)) return `${file} (${part}) imports ${target} (${other})`;
  if (other === 'sandbox' && part !== 'sandbox' && file !== SANDBOX_COMMAND) {
    return `${file} imports ${target}; only ${SANDBOX_COMMAND} may`;
  }
  return null;
}

/** Follows what is loaded with the start, from the command line's entry and from every command. */
function brokenStart(graph: ImportGraph): string[] {
  const broken = new Set<string>();
  const seen = new Set<string>();
  const load = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { target, kind } of graph.get(file) ?? []) {
      if (kind !== 'static') continue;
      if (!isLight(target)) broken.add(`${file} loads ${target} at every start; use await import()`);
      else if (isFile(target)) load(target);
    }
  };
  for (const file of graph.keys()) {
    if (['cli', 'commands'].includes(partOf(file) ?? '')) load(file);
  }
  return [...broken];
}

function isLight(target: string): boolean {
  if (isFile(target)) return LIGHT_PARTS.includes(partOf(target) ?? '');
  return target.startsWith('node:') || LIGHT_PACKAGES.includes(target);
}

/** A relative import, already resolved; a package never begins like this. */
function isFile(target: string): boolean {
  return target.startsWith('src/') || target.startsWith('..');
}
