/** The kept results of `npm run bench`: `bench/results/<records>.json`, and `start.json`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const DIRECTORY = new URL('./results/', import.meta.url);

/** Replaces what was kept under this name. */
export function keepResult(name, result) {
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(new URL(`${name}.json`, DIRECTORY), `${JSON.stringify(result, null, 1)}\n`);
}

/** All that is kept, smallest account first. */
export function readResults() {
  const names = existsSync(DIRECTORY) ? readdirSync(DIRECTORY).filter((name) => name.endsWith('.json')) : [];
  const read = (name) => JSON.parse(readFileSync(new URL(name, DIRECTORY), 'utf8'));
  return {
    sizes: names
      .filter((name) => name !== 'start.json')
      .map(read)
      .sort((a, b) => a.size - b.size),
    start: names.includes('start.json') ? read('start.json') : null,
  };
}
