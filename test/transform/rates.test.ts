import { describe, expect, it } from 'vitest';
import { readAligned, readRate } from '../../src/transform/rates.ts';
import { isUnreadable } from '../../src/transform/readings.ts';

describe('readRate', () => {
  it.each([
    ['100%', 1],
    ['0%', 0],
    ['88.5%', 88.5 / 100],
    ['88.5', 0.885],
    [88.5, 0.885],
    [100, 1],
    [0, 0],
    [-0, 0],
    ['-0%', 0],
    [' 12 % ', 0.12],
    ['.5%', 0.005],
    ['5.%', 0.05],
    ['0.1', 0.1 / 100],
    ['\t7\n', 0.07],
  ])('reads %j as %d', (given, rate) => {
    expect(readRate(given)).toBe(rate);
  });

  it.each([
    '',
    ' ',
    '%',
    'N/A',
    '100.1%',
    '-1',
    -1,
    101,
    1e300,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '1e1',
    'Infinity',
    '0x10',
    '88,5%',
    '%88',
    '88%%',
    '1 2',
    '١٠٠%',
    `${' '.repeat(1e6)}x`,
    '9'.repeat(1e6),
  ])('refuses %j', (given) => {
    expect(readRate(given)).toMatchObject({ isTypeWrong: false });
  });

  it.each([true, false, {}, [], [100]])('finds the type of %j wrong', (given) => {
    expect(readRate(given)).toMatchObject({ isTypeWrong: true });
  });
});

describe('readAligned', () => {
  it.each([true, 'true', 'TRUE', 1, '1', 100, '100', '100%', ' 100 % ', '100.0'])(
    '%j is aligned',
    (given) => {
      expect(readAligned(given)).toBe(true);
    },
  );

  it.each([false, 'false', 'False', 0, -0, '0', '0%', '0.0'])('%j is not', (given) => {
    expect(readAligned(given)).toBe(false);
  });

  it.each([90, '90', 0.5, 101, -1, '1%', '', 'yes', '%', 'true%', {}, []])('%j is neither', (given) => {
    expect(isUnreadable(readAligned(given))).toBe(true);
  });
});
