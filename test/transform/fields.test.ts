import { describe, expect, it } from 'vitest';
import { wordForm } from '../../src/text-forms.ts';
import { joinScalars, readBoolean, readCount, readId, readTextKey } from '../../src/transform/fields.ts';
import { isUnreadable, ownValue, readOrNull } from '../../src/transform/readings.ts';

describe('readId', () => {
  it.each([
    ['690b12b39dc30891fc35d3da', '690b12b39dc30891fc35d3da'],
    [' ', ' '],
    [12, '12'],
    [0, '0'],
    ['\ud800x', '\ufffdx'],
    ['😀', '😀'],
  ])('reads %j', (given, id) => {
    expect(readId(given)).toBe(id);
  });

  it.each([undefined, null, '', 1.5, 2 ** 53, Number.NaN, true, {}, [], ['a']])('refuses %j', (given) => {
    expect(isUnreadable(readId(given))).toBe(true);
  });
});

describe('readTextKey', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['', ''],
    [null, ''],
    [undefined, ''],
  ])('reads %j', (given, key) => {
    expect(readTextKey(given)).toBe(key);
  });

  it.each([1, true, {}, ['a']])('refuses %j', (given) => {
    expect(readTextKey(given)).toMatchObject({ isTypeWrong: true });
  });
});

describe('readBoolean', () => {
  it.each([true, 1, '1', 'true', ' TRUE '])('%j is true', (given) => {
    expect(readBoolean(given)).toBe(true);
  });
  it.each([false, 0, '0', 'false'])('%j is false', (given) => {
    expect(readBoolean(given)).toBe(false);
  });
  it.each([2, '', 'yes', 0.5])('%j is neither', (given) => {
    expect(readBoolean(given)).toMatchObject({ isTypeWrong: false });
  });
  it.each([{}, [true]])('%j has the wrong type', (given) => {
    expect(readBoolean(given)).toMatchObject({ isTypeWrong: true });
  });
});

describe('readCount', () => {
  it.each([
    [0, 0],
    [-0, 0],
    [12, 12],
    ['12', 12],
    [' 007 ', 7],
    ['12.0', 12],
    ['12.00\n', 12],
    [JSON.parse('12.0'), 12],
    ['9007199254740991.0', Number.MAX_SAFE_INTEGER],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('reads %j', (given, count) => {
    expect(readCount(given)).toBe(count);
  });

  it.each([
    1.5,
    '1.5',
    -1,
    '-1',
    '+1',
    '',
    '1e3',
    '12.',
    '12.5',
    '.0',
    '1,234',
    '9007199254740992.0',
    2 ** 53,
    '9007199254740992',
    '9'.repeat(1e6),
    Number.NaN,
    '1 2',
  ])('refuses %j', (given) => {
    expect(readCount(given)).toMatchObject({ isTypeWrong: false });
  });
  it.each([true, {}, []])('%j has the wrong type', (given) => {
    expect(readCount(given)).toMatchObject({ isTypeWrong: true });
  });
});

describe('joinScalars', () => {
  it.each([
    [['a', null, 'b'], 'a, b'],
    [[1, true], '1, true'],
    [['A ', '\nB'], 'a, b'],
    [[], ''],
    [[null], ''],
    [['a', ['b']], null],
    [[{}], null],
  ])('joins %j', (members, text) => {
    expect(joinScalars(members, wordForm)).toBe(text);
  });
});

describe('own values', () => {
  it('are all that is read', () => {
    const inherited = Object.create({ id: 'from the prototype' });
    expect(ownValue(inherited, 'id')).toBeUndefined();
    expect(ownValue({}, 'constructor')).toBeUndefined();
    expect(ownValue(JSON.parse('{"__proto__": 1}'), '__proto__')).toBe(1);
  });

  it('are null where they are absent, null or unreadable', () => {
    expect(readOrNull({}, 'n', readCount)).toBeNull();
    expect(readOrNull({ n: null }, 'n', readCount)).toBeNull();
    expect(readOrNull({ n: -1 }, 'n', readCount)).toBeNull();
    expect(readOrNull({ n: 1 }, 'n', readCount)).toBe(1);
  });
});
