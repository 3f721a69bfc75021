import { expect, it } from 'vitest';
import { readMonitor } from '../../src/client/rows.ts';
import { ConfigurationError } from '../../src/errors.ts';
import { chooseMonitor } from '../../src/manage/choose-monitor.ts';

const MONITORS = [
  ['m1', 'example.org'],
  ['m2', 'Twice.example'],
  ['m3', 'twice.example'],
  ['m4', null],
  ['m5', 'Bücher.example.'],
].map(([id, name]) => readMonitor({ id, domain: name === null ? null : { id: 'd', name } }));

it.each([
  ['m1', 'm1'],
  ['m4', 'm4'],
  ['example.org', 'm1'],
  ['EXAMPLE.ORG.', 'm1'],
  ['bücher.example', 'm5'],
  ['BU\u0308CHER.example', 'm5'],
  ['xn--bcher-kva.example.', 'm5'],
])('%s is %s', (named, id) => {
  expect(chooseMonitor(MONITORS, named).id).toBe(id);
});

it('a domain of several monitors is asked for by id', () => {
  const choose = () => chooseMonitor(MONITORS, 'twice.example');
  expect(choose).toThrow('2 monitors have the domain twice.example');
  expect(choose).toThrow(expect.objectContaining({ hint: 'Name one by its id: m2, m3.' }));
});

it.each(['none.example', 'm6', '', '.'])('%j names none, and the message names those there are', (named) => {
  const choose = () => chooseMonitor(MONITORS, named);
  expect(choose).toThrow(ConfigurationError);
  expect(choose).toThrow(expect.objectContaining({ hint: expect.stringContaining('example.org') }));
  expect(() => chooseMonitor([], named)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('none') }),
  );
});
