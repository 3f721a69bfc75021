/**
 * `npm run bench [-- --records 100000,500000,2000000 --runs 5]`: how fast the pipeline is on generated accounts, beside
 * yardsticks that run on the same pages in the same round. The ratios are the result: seconds depend on the machine.
 * Prints the figures of docs/performance.md and keeps them in `bench/results/`; `npm run docs` brings them into it.
 */
import { parseArgs } from 'node:util';
import { figuresMarkdown } from './figures.mjs';
import { keepResult } from './results.mjs';
import { benchSize } from './rounds.mjs';
import { benchStart } from './start.mjs';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '100000,500000,2000000' },
    runs: { type: 'string', default: '5' },
  },
});
const sizes = values.records.split(',').map(whole);
const runs = whole(values.runs);

const results = new Map();
for (const size of sizes) {
  await benchSize(size, runs, (result) => {
    results.set(size, result);
    keepResult(String(size), result);
  });
}
console.error('starts of the command line');
const start = await benchStart();
keepResult('start', start);
console.log(figuresMarkdown({ sizes: [...results.values()], start }));

function whole(text) {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${text} is no whole number from 1`);
  return Number(text);
}
