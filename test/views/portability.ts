/** What no view may say, so that the same file runs on DuckDB, ClickHouse and Spark SQL (DESIGN: Views). */
const FORBIDDEN: readonly (readonly [string, RegExp])[] = [
  ['::', /::/],
  ['a lambda', /->/],
  ['SELECT * or COLUMNS', /\bSELECT\s+(DISTINCT\s+)?\*|\bCOLUMNS\s*\(/i],
  ['ROUND', /\bROUND\s*\(/i],
  ['FILTER', /\bFILTER\s*\(/i],
  ['a list function', /\b(list|array)(_\w+)?\s*\(|\bUNNEST\s*\(|\bEXPLODE\s*\(|\[/i],
  ['a clock', /\b(NOW|TODAY|GETDATE)\s*\(|\bCURRENT_(DATE|TIME|TIMESTAMP)\b/i],
  ['GROUP BY or ORDER BY ALL', /\bBY\s+ALL\b/i],
  [
    'a truncated or formatted time',
    /\b(DATE_TRUNC|DATE_PART|EXTRACT|STRFTIME|DATE_FORMAT|TO_CHAR|TIMEZONE)\s*\(/i,
  ],
  ['AT TIME ZONE', /\bAT\s+TIME\s+ZONE\b/i],
  ['a cast TIMESTAMPTZ', /\bCAST\s*\(\s*[\w.]*(_at|as_of|valid_from|valid_to)\s+AS\b/i],
  ['a cast to TIMESTAMP', /\bAS\s+TIMESTAMP/i],
  ['an unbounded type', /\bAS\s+(VARCHAR|TEXT|HUGEINT|DECIMAL)\b/i],
  [
    'a range in a join predicate',
    /\bON\b(?:(?!\b(?:JOIN|WHERE|GROUP|CROSS|UNION|LEFT)\b)[^()])*?(?:[<>]|\bBETWEEN\b)/i,
  ],
];

const WORDS =
  'QUALIFY EXCLUDE ARG_MAX ARG_MIN MACRO LAMBDA INTERVAL DATEDIFF DATE_DIFF STRING_AGG GROUP_CONCAT PIVOT';

/** Each opening line a view must have, in this order. */
const OPENING = ['Purpose', 'Grain', 'Inputs', 'Traps'];

/** What is wrong with a view's text; empty if it is portable and opens as it should. */
export function findBreaches(text: string): string[] {
  const sql = text.replaceAll(/--.*$/gm, '').replaceAll(/'(?:[^']|'')*'/g, "''");
  const words = WORDS.split(' ').filter((word) => new RegExp(`\\b${word}\\b`, 'i').test(sql));
  const others = FORBIDDEN.filter(([, pattern]) => pattern.test(sql)).map(([name]) => name);
  return [...openingBreaches(text), ...words, ...others, ...starBreaches(sql), ...meanBreaches(sql)];
}

function openingBreaches(text: string): string[] {
  const header = text.slice(0, text.search(/^(?!--)/m));
  const found = [...header.matchAll(/^-- (\w+): \S/gm)].map((match) => match[1]);
  return found.join() === OPENING.join() ? [] : [`opens with ${found.join(', ') || 'nothing'}`];
}

/** `alias.*` only of a subquery of that alias, which lists its columns. */
function starBreaches(sql: string): string[] {
  const aliases = [...sql.matchAll(/\b(\w+)\.\*/g)].map((match) => match[1]);
  return aliases.filter((alias) => !new RegExp(`\\)\\s+${alias}\\b`).test(sql)).map((alias) => `${alias}.*`);
}

/** A mean of rates forgets the volumes. */
function meanBreaches(sql: string): string[] {
  return /\bAVG\s*\(/i.test(sql) ? ['AVG: rates are weighted by volume'] : [];
}
