import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, parseDay, parseTimestamp, readTimestamp } from '../../src/transform/timestamps.ts';

const micros = (iso: string, extra = 0) => BigInt(Date.parse(iso)) * 1000n + BigInt(extra);

describe('readTimestamp', () => {
  it.each([
    ['2025-11-05T00:00:00.000000Z', micros('2025-11-05T00:00:00Z')],
    ['2025-11-05T09:06:35Z', micros('2025-11-05T09:06:35Z')],
    ['2025-11-05T09:06:35.1Z', micros('2025-11-05T09:06:35.100Z')],
    ['2025-11-05T09:06:35.123456789Z', micros('2025-11-05T09:06:35.123Z', 456)],
    ['2025-11-05T09:06:35.9999999Z', micros('2025-11-05T09:06:35.999Z', 999)],
    ['2025-11-05T00:30:00+01:00', micros('2025-11-04T23:30:00Z')],
    ['2025-11-05T23:30:00-05:30', micros('2025-11-06T05:00:00Z')],
    ['2025-11-05T23:30:00+0000', micros('2025-11-05T23:30:00Z')],
    ['2025-11-05 09:06:35', micros('2025-11-05T09:06:35Z')],
    ['2025-11-05T09:06:35', micros('2025-11-05T09:06:35Z')],
    ['2025-11-05', micros('2025-11-05T00:00:00Z')],
    [' 2025-11-05t09:06:35z ', micros('2025-11-05T09:06:35Z')],
    ['2024-02-29', micros('2024-02-29T00:00:00Z')],
    ['1969-12-31T23:59:59.999999Z', -1n],
    ['0001-01-01', micros('0001-01-01T00:00:00Z')],
    ['9999-12-31T23:59:59.999999Z', micros('9999-12-31T23:59:59.999Z', 999)],
  ])('reads %j', (text, expected) => {
    expect(readTimestamp(text)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '2025-02-29',
    '2025-13-01',
    '2025-00-10',
    '2025-04-31',
    '2025-11-05T24:00:00Z',
    '2025-11-05T09:60:00Z',
    '2025-11-05T09:06:60Z',
    '2025-11-05T09:06Z',
    '2025-11-05T09:06:35+24:00',
    '0000-01-01',
    '10000-01-01',
    '9999-12-31T23:59:59-01:00',
    '0001-01-01T00:00:00+01:00',
    '05/11/2025',
    '2025-11-05T09:06:35 UTC',
    '2025-11-05Z',
    '1762333595',
    '2025-11-05T09:06:35.Z',
  ])('refuses %j', (text) => {
    expect(readTimestamp(text)).toMatchObject({ isTypeWrong: false });
  });

  it.each([1762333595, true, {}, []])('%j has the wrong type', (given) => {
    expect(readTimestamp(given)).toMatchObject({ isTypeWrong: true });
  });
});

describe('days', () => {
  it('are UTC days, also before 1970', () => {
    expect(parseDay('1970-01-01')).toBe(0);
    expect(parseDay('2025-11-05T23:59:59.999999Z')).toBe(20397);
    expect(dayOf(-1n)).toBe(-1);
    expect(dayOf(-86_400_000_000n)).toBe(-1);
    expect(dayOf(-86_400_000_001n)).toBe(-2);
    expect(parseDay('')).toBeNull();
  });

  it('agree with the calendar of JavaScript for every instant', () => {
    const instant = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, (date) => {
        expect(parseTimestamp(date.toISOString())).toBe(BigInt(date.getTime()) * 1000n);
        expect(parseDay(date.toISOString())).toBe(Math.floor(date.getTime() / 86_400_000));
      }),
    );
  });
});
