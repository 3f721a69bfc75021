import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/errors.ts';
import { compareRecords, LONGEST_RECORD } from '../../src/manage/compare-records.ts';

const RUA = 'rua=mailto:a@example.org';
const STRONG = `v=DMARC1; p=reject; ${RUA}`;

function compare(before: string | null, after: string, published: string | null = null) {
  return compareRecords({ wanted: before, published }, after);
}

describe('what changes', () => {
  it('is told tag by tag, in the order of the records', () => {
    expect(
      compare('v=DMARC1; p=none; pct=50; rua=mailto:a@example.org', `V=DMARC1;P=reject;${RUA};fo=1`).changes,
    ).toEqual([
      { tag: 'p', before: 'none', after: 'reject' },
      { tag: 'pct', before: '50', after: null },
      { tag: 'fo', before: null, after: '1' },
    ]);
  });

  it('is nothing where only the writing differs', () => {
    expect(compare(`v=DMARC1;p=reject;${RUA};`, ` v=DMARC1 ; p = reject ; ${RUA} `).changes).toEqual([]);
  });

  it('is against the wanted record, or the published one where none is wanted', () => {
    const published = `v=DMARC1; p=none; ${RUA}`;
    expect(compare(STRONG, STRONG, published).changes).toEqual([]);
    expect(compare('', STRONG, published).changes).toEqual([{ tag: 'p', before: 'none', after: 'reject' }]);
    expect(compare(null, STRONG).changes).toHaveLength(3);
  });
});

describe('warnings', () => {
  it('are none for a record that is valid and no weaker', () => {
    expect(
      compare(STRONG, `v=DMARC1; p=reject; sp=reject; adkim=s; ${RUA},mailto:b@example.org!10m; fo=1:d`)
        .warnings,
    ).toEqual([]);
    expect(compare(null, 'v=DMARC1; p=none').warnings).toEqual([]);
    expect(compare(RUA, STRONG, '').warnings).toEqual([]);
  });

  it.each([
    ['p=reject', /the record is invalid: v=DMARC1 is not the first tag/],
    ['v=dmarc1; p=reject', /v=DMARC1 is not the first tag/],
    ['v=DMARC1; p=refuse', /p is none of none, quarantine, reject: refuse/],
    ['v=DMARC1; p=none; p=reject', /p given twice/],
    [`v=DMARC1; ${RUA}`, /the record has no p/],
    ['v=DMARC1; p=none; rau=mailto:a@example.org', /receivers ignore unknown tags: rau/],
    ['v=DMARC1; p=none; rua=a@example.org', /rua has "a@example.org", which is no mailto: URI/],
    ['v=DMARC1; p=none; rua=mailto:a@example.org mailto:b@example.org', /which is no mailto: URI/],
    ['v=DMARC1; p=none; ruf=https://example.org', /ruf has "https:\/\/example.org"/],
    ['v=DMARC1; p=none; fo=2', /fo is none of/],
    ['v=DMARC1; p=none; pct=101', /pct is no integer/],
    ['v=DMARC1; p=nonе', /characters that DNS text should not have/],
  ])('%s', (record, expected) => {
    expect(compare(null, record).warnings.join('\n')).toMatch(expected);
  });

  it.each([
    ['v=DMARC1; p=reject', 'v=DMARC1; p=quarantine', ['p=reject becomes p=quarantine']],
    ['v=DMARC1; p=reject', 'v=DMARC1', ['p=reject becomes p=none']],
    ['v=DMARC1; p=reject', 'p=reject', ['p=reject becomes p=none']],
    ['v=DMARC1; p=reject', 'v=DMARC1; p=reject; sp=none', ['sp=reject becomes sp=none']],
    ['v=DMARC1; p=reject', 'v=DMARC1; p=reject; np=quarantine', ['np=reject becomes np=quarantine']],
    ['v=DMARC1; p=none; sp=reject', 'v=DMARC1; p=none', ['sp=reject becomes sp=none']],
    ['v=DMARC1; p=reject', 'v=DMARC1; p=reject; pct=50', ['pct=100 becomes pct=50']],
    ['v=DMARC1; p=reject', 'v=DMARC1; p=reject; t=y', ['t=n becomes t=y']],
    [
      'v=DMARC1; p=none; adkim=s; aspf=s',
      'v=DMARC1; p=none',
      ['adkim=s becomes adkim=r', 'aspf=s becomes aspf=r'],
    ],
    ['v=DMARC1; p=none', 'v=DMARC1; p=none; pct=50; t=y', []],
    ['v=DMARC1; p=quarantine; pct=50', 'v=DMARC1; p=reject; pct=50', []],
  ])('%s to %s weakens: %j', (before, after, expected) => {
    const { warnings } = compare(before, after);
    const weaker = warnings.filter((text) => text.startsWith('it weakens'));
    expect(weaker).toEqual(
      expected.map((how) => `it weakens the policy against the record wanted so far: ${how}`),
    );
  });

  it('tell a report address that is dropped, in whatever case and size', () => {
    const before = 'v=DMARC1; p=none; rua=mailto:A@example.org!10m, mailto:b@example.org';
    expect(compare(before, 'v=DMARC1; p=none; rua=mailto:a@EXAMPLE.org').warnings).toEqual([
      'it drops the report address mailto:b@example.org of the record wanted so far: its reports will end',
    ]);
  });

  it('are against the published record too', () => {
    const { warnings } = compare(`v=DMARC1; p=none; ${RUA}`, `v=DMARC1; p=none; ${RUA}`, STRONG);
    expect(warnings).toEqual(['it weakens the policy against the record published: p=reject becomes p=none']);
  });
});

describe('what the API would not take', () => {
  it('is refused: nothing, and more than 1,000 characters', () => {
    expect(() => compare(null, ' ')).toThrow(ConfigurationError);
    const long = `v=DMARC1; p=none; rua=mailto:${'a'.repeat(LONGEST_RECORD)}`;
    expect(() => compare(null, long)).toThrow(/at most 1000/);
    expect(() => compare(null, long.slice(0, LONGEST_RECORD))).not.toThrow();
    expect(() => compare(null, '𝔳'.repeat(LONGEST_RECORD))).not.toThrow();
  });
});

describe('any two records', () => {
  const tag = fc.tuple(
    fc.constantFrom('p', 'sp', 'np', 'pct', 't', 'rua', 'adkim', 'x'),
    fc.constantFrom('none', 'quarantine', 'reject', '0', '50', 'y', 's', 'mailto:a@b.example', '\u202e'),
  );
  const record = fc
    .array(tag, { maxLength: 6 })
    .map((tags) => `v=DMARC1; ${tags.map((pair) => pair.join('=')).join('; ')}`);

  it('are compared without fail, a record with itself has no change and no loss', () => {
    fc.assert(
      fc.property(record, record, (before, after) => {
        expect(compare(before, before).changes).toEqual([]);
        expect(compare(before, before).warnings.filter((text) => text.startsWith('it '))).toEqual([]);
        const isTold = (text: string) => compare(before, text).changes.length > 0;
        expect(isTold(after)).toBe(compare(after, before).changes.length > 0);
      }),
    );
  });
});
