import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** One import of a file. */
export interface Import {
  /** A file of the project, relative to its root (`src/errors.ts`), or a package or `node:` module as written. */
  readonly target: string;
  /** `static` is loaded with the file, `type` never, `dynamic` when the code gets there. */
  readonly kind: 'static' | 'type' | 'dynamic';
}

/** File, relative to the project's root → what it imports. */
export type ImportGraph = ReadonlyMap<string, readonly Import[]>;

/** Stands for an `import(…)` whose target is not written out. */
export const UNREADABLE = 'import(…)';

/** The imports of every .ts file below `directory`, which is relative to `root`. */
export function readImportGraph(root: URL, directory: string): ImportGraph {
  const files = readdirSync(new URL(`${directory}/`, root), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(directory, name.replaceAll('\\', '/')))
    .filter((name) => name.endsWith('.ts'))
    .sort();
  return new Map(files.map((file) => [file, readImports(file, readFileSync(new URL(file, root), 'utf8'))]));
}

/** The imports of one file, re-exports included, in the form in which the project's formatter leaves them. */
export function readImports(file: string, text: string): readonly Import[] {
  const code = withoutComments(text);
  return [...statements(code), ...expressions(code)].map(({ target, kind }) => ({
    target: target.startsWith('.') ? posix.join(posix.dirname(file), target) : target,
    kind,
  }));
}

/** `import … from 'x'`, `export … from 'x'` and `import 'x'`. */
function statements(code: string): Import[] {
  const pattern = /^\s*(?:import|export)\s+(?:(type\s+)?[^'"`;]*?\sfrom\s+)?(['"])([^'"]+)\2/gm;
  return [...code.matchAll(pattern)].map(([, type, , target = '']) => ({
    target,
    kind: type === undefined ? 'static' : 'type',
  }));
}

/** `import('x')`, in an expression or as a type. */
function expressions(code: string): Import[] {
  return [...code.matchAll(/(\btypeof\s+)?\bimport\s*\(\s*(?:(['"])([^'"]+)\2\s*\))?/g)].map(
    ([, type, , target = UNREADABLE]) => ({ target, kind: type === undefined ? 'dynamic' : 'type' }),
  );
}

/** Blanks comments. Goes by lines, which is enough for formatted code and cannot be led astray by quotes in a RegExp. */
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(?:\/?\*|\/\/).*$|\s\/\/\s.*$/gm, '');
}
