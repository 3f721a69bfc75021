import type { ImportGraph } from './read-imports.ts';

/** One sentence for each circle of imports that a walk through the files finds, types and `import()` included. */
export function findCycles(graph: ImportGraph): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      found.push(`imports go in a circle: ${[...path.slice(start), file].join(' → ')}`);
      return;
    }
    if (done.has(file)) return;
    for (const { target } of graph.get(file) ?? []) {
      if (graph.has(target)) walk(target, [...path, file]);
    }
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return found;
}
