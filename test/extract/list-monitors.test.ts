import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/errors.ts';
import { selectMonitors } from '../../src/extract/list-monitors.ts';

const MONITORS = [
  { monitor_id: 'm1', domain_name: 'bücher.example' },
  { monitor_id: 'm2', domain_name: 'A.Example.' },
  { monitor_id: 'M2', domain_name: ' a.example\r\n' },
  { monitor_id: 'm4', domain_name: null },
  { monitor_id: 'm5', domain_name: '' },
];

const selected = (...named: string[]) => selectMonitors(MONITORS, named).map(({ monitor_id }) => monitor_id);

describe('selectMonitors', () => {
  it.each([
    'bücher.example',
    'BÜCHER.example.',
    'xn--bcher-kva.example',
    'XN--BCHER-KVA.EXAMPLE',
    ' bu\u0308cher。example',
  ])('finds bücher.example as %j', (named) => {
    expect(selected(named)).toEqual(['m1']);
  });

  it('finds every monitor of a domain, in any spelling of either side', () => {
    for (const named of ['a.example', 'A.EXAMPLE.', '\u00a0a.Example'])
      expect(selected(named)).toEqual(['m2', 'M2']);
  });

  it('takes ids as they are', () => {
    expect(selected('m2')).toEqual(['m2']);
    expect(selected('m4', 'bücher.example')).toEqual(['m1', 'm4']);
    expect(() => selected('M4')).toThrow(ConfigurationError);
  });

  it.each(['none.example', '', '.', ' '])('%j names none', (named) => {
    expect(() => selected(named)).toThrow('no monitor has the id or domain');
  });

  it('takes all if none is named', () => {
    expect(selected()).toHaveLength(MONITORS.length);
  });
});
