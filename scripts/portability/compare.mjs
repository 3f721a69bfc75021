/** Cells as every engine can say them, by the type that DuckDB gives the column. */
const NORMAL = {
  BOOLEAN: (cell) => cell === true || cell === 1,
  DOUBLE: (cell) => Number(Number(cell).toPrecision(12)),
  BIGINT: Number,
  INTEGER: Number,
  DATE: String,
  VARCHAR: String,
  'TIMESTAMP WITH TIME ZONE': (cell) => momentText(String(cell)),
};

/** `2025-11-05 01:02:03.000000` in UTC, from any engine's spelling of it. */
function momentText(text) {
  const [, day, time, fraction = ''] = /^(\S+)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?/.exec(text) ?? [
    undefined,
    text,
  ];
  return `${day} ${time}.${fraction.padEnd(6, '0')}`;
}

/** Rows as sorted texts, so that two engines' answers can be compared as sets with repetitions. */
export function normalRows(rows, columns) {
  return rows.map((row) => JSON.stringify(row.map((cell, index) => normalCell(cell, columns[index])))).sort();
}

function normalCell(cell, { name, type }) {
  if (cell === null) return null;
  const normal = NORMAL[type];
  if (normal === undefined) throw new TypeError(`${name}: no engine-neutral form of ${type}`);
  return normal(cell);
}

/** What differs between DuckDB's rows and another engine's, in one line; null if nothing does. */
export function difference(wanted, answer, columns) {
  if (answer.error !== undefined) return `fails: ${answer.error.split('\n')[0]}`;
  const found = normalRows(answer.rows, columns);
  if (found.length !== wanted.length) return `${found.length} rows instead of ${wanted.length}`;
  const at = found.findIndex((row, index) => row !== wanted[index]);
  return at === -1 ? null : `has ${found[at]} instead of ${wanted[at]}`;
}
