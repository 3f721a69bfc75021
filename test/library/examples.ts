import { readFileSync } from 'node:fs';

/** The examples of docs/library.md, in order, as they stand there. */
export function libraryExamples(): readonly string[] {
  const text = readFileSync(new URL('../../docs/library.md', import.meta.url), 'utf8');
  return [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code = '']) => code);
}
