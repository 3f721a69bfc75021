import { readFileSync } from 'node:fs';

/** The version in package.json, which stands one folder up from the source and from the build alike. */
export function programVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
