import { describe, expect, it } from 'vitest';
import { readMoment, readRecordDay } from './moments.ts';
import { readAligned, readCount, readFlag, readId, readKeyText, readRate, readText } from './readings.ts';
import { hostName, lowerText, plainText, upperText } from './spellings.ts';

const BAD = { value: null, readable: false };
const NONE = { value: null, readable: true };
const good = (value: unknown) => ({ value, readable: true });

describe('readings', () => {
  it.each([
    ['100%', good(1)],
    ['88.5%', good(0.885)],
    [' 88.5 % ', good(0.885)],
    ['0', good(0)],
    [12.5, good(0.125)],
    // The double nearest to 33.3, divided: not the double nearest to 0.333.
    [33.3, good(33.3 / 100)],
    [null, NONE],
    [undefined, NONE],
    ['', BAD],
    ['.5', good(0.005)],
    ['+100.', good(1)],
    ['%', BAD],
    ['1e1', BAD],
    ['n/a', BAD],
    ['120%', BAD],
    [-1, BAD],
    [100.1, BAD],
    [true, BAD],
    [['88'], BAD],
    [Number.NaN, BAD],
  ])('of the rate %j', (raw, expected) => expect(readRate(raw)).toEqual(expected));

  it.each([
    [true, good(true)],
    [false, good(false)],
    [1, good(true)],
    [100, good(true)],
    [0, good(false)],
    ['TRUE', good(true)],
    ['100%', good(true)],
    ['0%', good(false)],
    [' 100 % ', good(true)],
    ['1%', BAD],
    [null, NONE],
    [50, BAD],
    ['maybe', BAD],
    ['', BAD],
  ])('of the alignment %j', (raw, expected) => expect(readAligned(raw)).toEqual(expected));

  it.each([
    [true, good(true)],
    ['0', good(false)],
    [1, good(true)],
    ['false', good(false)],
    [null, NONE],
    [2, BAD],
    ['yes', BAD],
  ])('of the flag %j', (raw, expected) => expect(readFlag(raw)).toEqual(expected));

  it.each([
    [0, good(0n)],
    [12, good(12n)],
    ['12', good(12n)],
    ['12.0', good(12n)],
    ['12.', BAD],
    ['1.0.0', BAD],
    ['1,234', BAD],
    [9007199254740991, good(9007199254740991n)],
    ['9007199254740992', BAD],
    [2 ** 53, BAD],
    [1.5, BAD],
    ['1.5', BAD],
    [-3, BAD],
    ['', BAD],
    [null, NONE],
  ])('of the count %j', (raw, expected) => expect(readCount(raw)).toEqual(expected));

  it.each([
    ['x', good('x')],
    ['', good('')],
    [null, NONE],
    [undefined, NONE],
    ['\ud800 half', good('\ufffd half')],
    [' X\n', { value: 'x', readable: true, original: ' X\n' }],
    [['A', 'B '], { value: 'a, b', readable: true, original: ['A', 'B '] }],
    [['a', null, 1, true], { value: 'a, 1, true', readable: true, original: ['a', null, 1, true] }],
    [['a', ['b']], BAD],
    [[{}], BAD],
    [1, BAD],
    [false, BAD],
    [{}, BAD],
  ])('of the text %j', (raw, expected) => expect(readText(raw, lowerText)).toEqual(expected));

  it.each([
    ['abc', 'abc'],
    [17, '17'],
    ['', null],
    [null, null],
    [1.5, null],
    [{}, null],
  ])('of the id %j', (raw, expected) => expect(readId(raw)).toBe(expected));

  it.each([
    ['abc', 'abc'],
    ['', ''],
    [null, ''],
    [undefined, ''],
    [1, null],
    [[], null],
  ])('of the key %j', (raw, expected) => expect(readKeyText(raw)).toBe(expected));
});

describe('spellings', () => {
  it.each([
    ['\u00a0New\t\u2003York\r\n', 'New York', 'new york', 'NEW YORK'],
    ['\ufeffMu\u0308nchen\u200b', 'München', 'münchen', 'MÜNCHEN'],
    ['a\u2060b \u200d', 'ab', 'ab', 'AB'],
    ['\u0085', '', '', ''],
  ])('of %j', (sent, plain, lower, upper) => {
    expect([plainText(sent), lowerText(sent), upperText(sent)]).toEqual([plain, lower, upper]);
  });

  it.each([
    [' BÜCHER.Example. ', 'xn--bcher-kva.example'],
    ['Example.org..', 'example.org'],
    ['Ä b', 'ä b'],
    ['ä/b', 'ä/b'],
    ['１.２.３.４', '１.２.３.４'],
  ])('of the host %j', (sent, name) => expect(hostName(sent)).toBe(name));
});

describe('moments', () => {
  it.each([
    ['2025-11-05T09:06:35.000000Z', '2025-11-05T09:06:35.000000Z'],
    ['2025-11-05T09:06:35.1234567Z', '2025-11-05T09:06:35.123456Z'],
    ['2025-11-05T09:06:35Z', '2025-11-05T09:06:35.000000Z'],
    ['2025-11-05T00:06:35.5+02:30', '2025-11-04T21:36:35.500000Z'],
    ['2025-12-31T23:30:00-01:00', '2026-01-01T00:30:00.000000Z'],
    ['2025-11-05', '2025-11-05T00:00:00.000000Z'],
    ['2025-11-05 23:59:59', '2025-11-05T23:59:59.000000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000000Z'],
    ['1969-12-31T23:59:59.9Z', '1969-12-31T23:59:59.900000Z'],
  ])('%s is %s', (raw, expected) => expect(readMoment(raw)).toEqual(good(expected)));

  it.each([
    'not-a-date',
    '',
    '0000-01-01',
    '2025-02-29',
    '2025-13-01',
    '2025-11-31',
    '2025-11-05T24:00:00Z',
    '2025-11-05T09:60:00Z',
    '2025-11-05T09:06:35.Z',
    '05.11.2025',
    1762300800,
    {},
  ])('%j is none', (raw) => expect(readMoment(raw)).toEqual(BAD));

  it('bounds the day of a record: 2012 to two days after its receipt', () => {
    const day = (raw: unknown) => readRecordDay(raw, '2025-11-30')?.report_date ?? null;
    expect(day('2012-01-01')).toBe('2012-01-01');
    expect(day('2011-12-31T23:59:59.999999Z')).toBeNull();
    expect(day('2025-12-02T23:59:59.999999Z')).toBe('2025-12-02');
    expect(day('2025-12-03')).toBeNull();
    expect(day('2025-12-02T23:30:00-01:00')).toBeNull();
    expect(day(null)).toBeNull();
    expect(readRecordDay('2025-11-05T00:00:00.000000Z', '2025-11-30')?.report_day).toBe(20_397);
  });
});
