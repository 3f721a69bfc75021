/** Yardstick: reads every line of a journal with JSON.parse, and does nothing with it. `node parse.mjs JOURNAL` */
import { readPages } from './pages.mjs';

let rows = 0;
for await (const { body } of readPages(process.argv[2])) rows += body.data.length;
console.log(JSON.stringify({ rows }));
