import { describe, expect, it } from 'vitest';
import { comparable, plainPath } from './comparable.ts';
import { expectSameRows, expectSameTables } from './compare.ts';

const ROWS = [
  { id: 'a', n: 1n, note: null },
  { id: 'b', n: 2n, note: 'x' },
];

describe('comparing rows', () => {
  it('passes over order and ignored columns', () => {
    expectSameRows([...ROWS].reverse(), ROWS, ['id']);
    expectSameRows([{ id: 'a', n: 9n, note: null }, ROWS[1] ?? {}], ROWS, ['id'], ['n']);
    expectSameRows([], [], ['id']);
  });

  it.each([
    [
      'another value',
      [ROWS[0], { id: 'b', n: 3n, note: 'x' }],
      /t id = \["b"\], n:\n {2}expected 2n\n {2}got {6}3n/,
    ],
    ['another type', [ROWS[0], { id: 'b', n: 2, note: 'x' }], /expected 2n\n {2}got {6}2$/],
    ['a missing row', [ROWS[0]], /t id = \["b"\]: is missing \(2 rows expected, 1 got\): \{ id: "b", n: 2n/],
    ['another row', [...ROWS, { id: 'c' }], /\["c"\]: is not expected/],
    ['a row twice', [...ROWS, ROWS[1]], /t, got: two rows with id = \["b"\]/],
    ['a missing column', [ROWS[0], { id: 'b', n: 2n }], /note:\n {2}expected "x"\n {2}got {6}no such column/],
    [
      'one more column',
      [ROWS[0], { ...ROWS[1], more: null }],
      /more:\n {2}expected no such column\n {2}got {6}null/,
    ],
  ])('finds %s', (_, actual, message) => {
    const rows = actual.map((row) => ({ ...row }));
    expect(() => expectSameRows(rows, ROWS, ['id'], [], 't')).toThrow(message);
  });

  it('compares tables in the form of the oracle', () => {
    const published = { calendar: [{ day: '2025-11-05', day_number: 20_397, month: '2025-11-01' }] };
    expectSameTables(published, { ...published, monitors: [] });
    expect(() => expectSameTables(published, { calendar: [] })).toThrow('calendar day = ["2025-11-05"]');
  });
});

describe('published rows in the form of the oracle', () => {
  it('count what is in quarantine', () => {
    const row = { run_id: 'r', stream: 's', level: 'value', reason: 'x', raw: '1' };
    const rows = [
      { ...row, locator: '1:0', path: 'spf_auth[0].result' },
      { ...row, locator: '1:1', path: '$.data[1].spf_auth[12].result' },
      { ...row, locator: '1:2', path: '$.data[2].created_at', level: 'row' },
    ];
    expect(comparable({ meta_quarantine: rows }).meta_quarantine).toEqual([
      { run_id: 'r', stream: 's', level: 'value', path: 'spf_auth.result', count: 2 },
      { run_id: 'r', stream: 's', level: 'row', path: '', count: 1 },
    ]);
  });

  it.each([
    ['domain.name', 'domain.name'],
    ['$.domain.tier', 'domain.tier'],
    ['data[0]', ''],
    ['$["odd field"]', 'odd field'],
    ['dkim_auth[].result', 'dkim_auth.result'],
  ])('shorten the path %s to %j', (path, plain) => expect(plainPath(path)).toBe(plain));

  it('number the versions of a monitor', () => {
    const history = [
      { monitor_id: 'm', valid_from: '2025-11-07T01:00:00.000000Z', valid_to: null },
      { monitor_id: 'm', valid_from: '2025-11-06T01:00:00.000000Z', valid_to: '2025-11-07T01:00:00.000000Z' },
    ];
    expect(comparable({ monitor_history: history }).monitor_history).toEqual([
      { monitor_id: 'm', version: 0, is_current: false },
      { monitor_id: 'm', version: 1, is_current: true },
    ]);
  });
});
