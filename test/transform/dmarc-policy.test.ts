import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDmarcRecord } from '../../src/transform/dmarc-policy.ts';

const ABSENT = {
  p: null,
  sp: null,
  np: null,
  adkim: null,
  aspf: null,
  fo: null,
  rua: null,
  ruf: null,
  pct: null,
  ri: null,
  t: null,
  psd: null,
  effective_p: null,
  effective_sp: null,
  errors: null,
};

describe('parseDmarcRecord', () => {
  it.each([null, '', ' \t'])('finds nothing in %j', (text) => {
    expect(parseDmarcRecord(text)).toEqual({ ...ABSENT, is_present: false, is_valid: false });
  });

  it("reads the document's record", () => {
    const text =
      'v=DMARC1; p=reject; rua=mailto:a@example.org,mailto:b@example.org; ruf=mailto:c@example.org; fo=1; pct=100; rf=afrf';
    expect(parseDmarcRecord(text)).toEqual({
      ...ABSENT,
      is_present: true,
      is_valid: true,
      p: 'reject',
      rua: 'mailto:a@example.org,mailto:b@example.org',
      ruf: 'mailto:c@example.org',
      fo: '1',
      pct: 100,
      effective_p: 'reject',
      effective_sp: 'reject',
    });
  });

  it.each([
    [
      'V = DMARC1 ;P=Reject; SP = None;; np=QUARANTINE;adkim=S; aspf=r; t=N; psd=u; ri=3600; ',
      {
        p: 'reject',
        sp: 'none',
        np: 'quarantine',
        adkim: 's',
        aspf: 'r',
        t: 'n',
        psd: 'u',
        ri: 3600,
        effective_sp: 'none',
      },
    ],
    [
      '"v=DMARC1; p=quar" "antine;" "rua=mailto:x@example.org"',
      { p: 'quarantine', rua: 'mailto:x@example.org', effective_p: 'quarantine' },
    ],
    ['v=DMARC1\r\n\t; p\t=\r\n reject\t\r\n ;\r\n', { p: 'reject', effective_p: 'reject' }],
    ['v=DMARC1', { p: null, effective_p: 'none', effective_sp: 'none' }],
    ['v=DMARC1; sp=reject', { effective_p: 'none', effective_sp: 'reject' }],
    ['v=DMARC1; p=reject; t=y', { effective_p: 'quarantine', effective_sp: 'quarantine' }],
    ['v=DMARC1; p=quarantine; pct=0', { pct: 0, effective_p: 'none' }],
    ['v=DMARC1; p=reject; pct=50; t=y', { effective_p: 'quarantine' }],
    ['v=DMARC1; p=reject; sp=quarantine; pct=99', { effective_p: 'quarantine', effective_sp: 'none' }],
    ['v=DMARC1; p=none; t=y', { effective_p: 'none' }],
    ['v=DMARC1; p=none; x-new=1; __proto__=2; rf=afrf', { p: 'none' }],
    ['v=DMARC1; p=none; fo=0:1:d:s', { fo: '0:1:d:s' }],
    ['v=DMARC1; rua=mailto:a=b@example.org', { rua: 'mailto:a=b@example.org' }],
  ])('reads %j', (text, expected) => {
    expect(parseDmarcRecord(text)).toMatchObject({
      is_present: true,
      is_valid: true,
      errors: null,
      ...expected,
    });
  });

  it.each([
    [
      'rua=mailto:rua@example.org',
      'v=DMARC1 is not the first tag',
      { rua: 'mailto:rua@example.org', effective_p: null, effective_sp: null },
    ],
    ['p=reject; v=DMARC1', 'v=DMARC1 is not the first tag', { p: 'reject', effective_p: null }],
    ['v=dmarc1; p=reject', 'v=DMARC1 is not the first tag', { p: 'reject', effective_p: null }],
    ['v=spf1 -all', 'v=DMARC1 is not the first tag', { effective_p: null }],
    ['v=DMARC1; p=reject; p=none', 'p given twice', { p: 'reject', effective_p: null, effective_sp: null }],
    ['v=DMARC1; p=reject; P=reject', 'p given twice', { p: 'reject', effective_p: null }],
    ['v=DMARC1; p=reject; v=DMARC1', 'v given twice', { p: 'reject', effective_p: null, effective_sp: null }],
    [
      'v=DMARC1; p=reject; sp=none; x=1; x=2; rua=mailto:a@example.org',
      'x given twice',
      { p: 'reject', sp: 'none', rua: 'mailto:a@example.org', effective_p: null, effective_sp: null },
    ],
    [
      'v=DMARC1; p=reject\u00a0',
      'p is none of none, quarantine, reject: reject\u00a0',
      { p: null, effective_p: null, effective_sp: null },
    ],
    [
      'v=DMARC1; p=\ufeffreject; sp=quarantine; rua=mailto:a@example.org',
      'p is none of none, quarantine, reject: \ufeffreject',
      { p: null, sp: 'quarantine', effective_p: 'none', effective_sp: 'none' },
    ],
    ['v=DMARC1\u00a0; p=reject', 'v=DMARC1 is not the first tag', { p: 'reject', effective_p: null }],
    ['v=DMARC1; p=none; pct=50\u2003', 'pct is no integer from 0 to 100: 50\u2003', { pct: null }],
    ['\u00a0', 'no tag: \u00a0; v=DMARC1 is not the first tag', { effective_p: null }],
    [
      'v=DMARC1; p=reject; sp=rejekt',
      'sp is none of none, quarantine, reject: rejekt',
      { p: 'reject', sp: null, effective_p: null, effective_sp: null },
    ],
    [
      'v=DMARC1; p=reject; np=all; rua=x, mailto:a@example.org!10m',
      'np is none of none, quarantine, reject: all',
      { p: 'reject', np: null, effective_p: 'none', effective_sp: 'none' },
    ],
    [
      'v=DMARC1; p=all; rua=a@example.org',
      'p is none of none, quarantine, reject: all',
      { p: null, effective_p: null },
    ],
    ['v=DMARC1; p=monitor', 'p is none of none, quarantine, reject: monitor', { p: null, effective_p: null }],
    ['v=DMARC1; p=', 'p is none of none, quarantine, reject: ', { p: null }],
    ['v=DMARC1; p=none; adkim=x', 'adkim is none of r, s: x', { adkim: null }],
    ['v=DMARC1; p=none; pct=101', 'pct is no integer from 0 to 100: 101', { pct: null, effective_p: 'none' }],
    [
      'v=DMARC1; p=reject; pct=50%',
      'pct is no integer from 0 to 100: 50%',
      { pct: null, effective_p: 'reject' },
    ],
    ['v=DMARC1; ri=-1', 'ri is no integer from 0 to 2147483647: -1', { ri: null }],
    ['v=DMARC1; ri=4294967296', 'ri is no integer from 0 to 2147483647: 4294967296', { ri: null }],
    ['v=DMARC1; p=none rua', 'p is none of none, quarantine, reject: none rua', { p: null }],
    ['v=DMARC1; nonsense; =x', 'no tag: nonsense; no tag: =x', {}],
    ['hello', 'no tag: hello; v=DMARC1 is not the first tag', { effective_p: null }],
  ])('finds what is wrong with %j', (text, errors, expected) => {
    expect(parseDmarcRecord(text)).toMatchObject({ is_present: true, is_valid: false, errors, ...expected });
  });

  it('has no policy in force where anything stands before the version', () => {
    const { is_valid, effective_p, errors } = parseDmarcRecord('vnone; v=DMARC1; p=reject');
    expect({ is_valid, effective_p }).toEqual({ is_valid: false, effective_p: null });
    expect(errors).toContain('v=DMARC1 is not the first tag');
  });

  it('never throws, and tells a bounded number of errors', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseDmarcRecord(text)));
    const hostile = Array.from({ length: 100_000 }, (_, at) => `x${at}`).join(';');
    expect(parseDmarcRecord(hostile).errors?.length).toBeLessThan(2000);
  });

  it('is never stronger than what is stated', () => {
    const rank = ['none', 'quarantine', 'reject'];
    const policy = fc.constantFrom(...rank);
    fc.assert(
      fc.property(policy, fc.integer({ min: 0, max: 100 }), fc.boolean(), (p, pct, isTest) => {
        const parsed = parseDmarcRecord(`v=DMARC1; p=${p}; pct=${pct}${isTest ? '; t=y' : ''}`);
        const lowered = rank.indexOf(p) - rank.indexOf(parsed.effective_p ?? '');
        expect(lowered).toBe(p !== 'none' && (isTest || pct < 100) ? 1 : 0);
      }),
    );
  });
});
