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
  ['a pair IN a subquery, which DuckDB 1.1 does not know', /,[^()]*\)\s*(?:NOT\s+)?IN\s*\(\s*SELECT\b/i],
  ['NOT IN a subquery', /\bNOT\s+IN\s*\(\s*SELECT\b/i],
  ['TRANSLATE in capitals, which ClickHouse does not know', /\bTRANSLATE\b/],
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
  return [
    ...[...openingBreaches(text), ...words, ...others, ...starBreaches(sql), ...meanBreaches(sql)],
    ...[...caseBreaches(sql), ...namelessColumns(sql), ...windowBreaches(sql)],
  ];
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

/**
 * Engines differ in the lower case of letters beyond A to Z: LOWER and UPPER may only be compared, or named `result`,
 * which is compared outside. What is shown or grouped by goes through translate.
 */
function caseBreaches(sql: string): string[] {
  const calls = [...sql.matchAll(/\b(?:LOWER|UPPER)\s*\(/gi)];
  const isCompared = (end: number) =>
    /^(?:, ''(?:, '')?\)|\))*\s*(?:=|<>|IN\b|LIKE\b|AS result\b)/.test(sql.slice(end));
  const free = calls.filter(({ index }) => !isCompared(closing(sql, sql.indexOf('(', index)) + 1));
  return free.length === 0 ? [] : ['LOWER or UPPER of a text that is shown: translate A to Z'];
}

/** DuckDB 1.4.0 fails at a window inside an expression of others: a window is a column of its own. */
function windowBreaches(sql: string): string[] {
  const windows = [...sql.matchAll(/\bOVER\s*\(/gi)];
  const isAlone = (index: number) =>
    /^\s*AS\b/i.test(sql.slice(closing(sql, sql.indexOf('(', index)) + 1)) &&
    /(?:,|\bSELECT)\s*\w+\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*$/i.test(sql.slice(0, index));
  return windows.every(({ index }) => isAlone(index)) ? [] : ['a window inside an expression'];
}

/** Where the parenthesis that opens at `start` closes. */
function closing(sql: string, start: number): number {
  let depth = 0;
  for (let at = start; at < sql.length; at += 1) {
    if (sql[at] === '(') depth += 1;
    if (sql[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return sql.length;
}

/** ClickHouse calls a column that two joined tables have by its qualified name, unless it is given one: those of ON. */
function namelessColumns(sql: string): string[] {
  const inner = [...sql.matchAll(/\(\s*(?=SELECT\b)/gi)].map(({ index }) =>
    sql.slice(index + 1, closing(sql, index)),
  );
  return [sql, ...inner].flatMap((select) => flat(select).split(/\bUNION ALL\b/i)).flatMap(namelessOf);
}

/** A SELECT without what stands in parentheses. */
function flat(select: string): string {
  let depth = 0;
  return [...select]
    .filter((letter) => {
      if (letter === '(') depth += 1;
      if (letter === ')') depth -= 1;
      return depth === 0 && letter !== ')';
    })
    .join('');
}

function namelessOf(select: string): string[] {
  const [columns = '', tables = ''] = select.split(/\bFROM\b/i);
  const joined = [...tables.matchAll(/\w+\.(\w+) = \w+\.(\w+)/g)].flatMap(([, a, b]) => [a, b]);
  const bare = columns.replace(/^\s*SELECT\b/i, '').split(',');
  return bare
    .map((column) => /^\s*(\w+\.(\w+))\s*$/.exec(column))
    .filter((match) => match !== null && joined.includes(match[2]))
    .map((match) => `${match?.[1]} of a join without AS`);
}
