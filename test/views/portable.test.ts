import { expect, test } from 'vitest';
import { readViews } from '../../src/load/views.ts';
import { findBreaches } from './portability.ts';

const HEADER = '-- Purpose: p.\n-- Grain: g.\n-- Inputs: i.\n-- Traps: t.\n';

const views = await readViews();

test.each(views.map((view) => [view.name, view.select] as const))(
  '%s is portable SQL and opens as it should',
  (_, text) => {
    expect(findBreaches(text)).toEqual([]);
  },
);

test('nothing is found in a portable view, nor in its comments and texts', () => {
  expect(
    findBreaches(
      `${HEADER}SELECT s.*, '::' AS x FROM (SELECT a FROM t) s -- ROUND(x)\nJOIN u ON u.b = s.b
        WHERE s.a > 1 AND (s.a) IN (SELECT a FROM v) AND COALESCE(LOWER(TRIM(u.c)), '') <> 'pass' AND UPPER(u.c) IN ('A') AND u.a NOT IN (1)`,
    ),
  ).toEqual([]);
});

test.each([
  ['::', 'SELECT a::DATE FROM t'],
  ['a lambda', 'SELECT f(x -> x + 1) FROM t'],
  ['SELECT * or COLUMNS', 'SELECT * FROM t'],
  ['t.*', 'SELECT t.* FROM t'],
  ['ROUND', 'SELECT round(a) FROM t'],
  ['FILTER', 'SELECT SUM(a) FILTER (WHERE b) FROM t'],
  ['a list function', 'SELECT list(a) FROM t'],
  ['a list function', 'SELECT [a] FROM t'],
  ['a clock', 'SELECT current_date FROM t'],
  ['GROUP BY or ORDER BY ALL', 'SELECT a FROM t GROUP BY ALL'],
  ['a truncated or formatted time', "SELECT date_trunc('day', a) FROM t"],
  ['AT TIME ZONE', "SELECT a AT TIME ZONE 'UTC' FROM t"],
  ['a cast TIMESTAMPTZ', 'SELECT CAST(r.created_at AS DATE) FROM t r'],
  ['an unbounded type', 'SELECT CAST(a AS VARCHAR) FROM t'],
  ['a range in a join predicate', 'SELECT a FROM t JOIN u ON u.a = t.a AND u.day >= t.day'],
  [
    'a pair IN a subquery, which DuckDB 1.1 does not know',
    'SELECT a FROM t WHERE (t.a, t.b) IN (SELECT a, b FROM u)',
  ],
  ['a window inside an expression', 'SELECT a / SUM(a) OVER (PARTITION BY b) AS c FROM t'],
  ['a window inside an expression', 'SELECT NULLIF(SUM(a) OVER (PARTITION BY b), 0) AS c FROM t'],
  ['a window inside an expression', 'SELECT MIN(a) OVER (PARTITION BY b) < a AS c FROM t'],
  ['QUALIFY', 'SELECT a FROM t QUALIFY b = 1'],
  ['EXCLUDE', 'SELECT a EXCLUDE (b) FROM t'],
  ['ARG_MAX', 'SELECT arg_max(a, b) FROM t'],
  ['INTERVAL', "SELECT a - INTERVAL '1 day' FROM t"],
  ['DATEDIFF', "SELECT datediff('day', a, b) FROM t"],
  ['STRING_AGG', "SELECT string_agg(a, ',') FROM t"],
  ['NOT IN a subquery', 'SELECT a FROM t WHERE a NOT IN (SELECT b FROM u)'],
  ['TRANSLATE in capitals, which ClickHouse does not know', "SELECT TRANSLATE(a, 'A', 'a') FROM t"],
  [
    'LOWER or UPPER of a text that is shown: translate A to Z',
    "SELECT NULLIF(LOWER(TRIM(a)), '') AS a FROM t",
  ],
  ['t.a of a join without AS', 'SELECT s.b FROM (SELECT t.a, t.b FROM t JOIN u ON u.a = t.a) s'],
  ['AVG: rates are weighted by volume', 'SELECT avg(pass_rate) FROM t'],
])('%s is found in: %s', (breach, sql) => {
  expect(findBreaches(`${HEADER}${sql}`)).toEqual([breach]);
});

test('a view that does not open with purpose, grain, inputs and traps is found', () => {
  expect(findBreaches('SELECT 1 AS a')).toEqual(['opens with nothing']);
  expect(findBreaches(`${HEADER.replace('-- Grain: g.\n', '')}SELECT 1 AS a`)).toEqual([
    'opens with Purpose, Inputs, Traps',
  ]);
});
