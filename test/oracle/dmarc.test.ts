import { describe, expect, it } from 'vitest';
import { parsePolicy, SOME_ERRORS } from './dmarc.ts';
import type { Row } from './row.ts';

const ABSENT: Row = {
  is_present: false,
  is_valid: false,
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
const VALID = { ...ABSENT, is_present: true, is_valid: true };
const FLAWED = { ...ABSENT, is_present: true, errors: SOME_ERRORS };

describe('a DMARC record', () => {
  it.each<[string | null, Row]>([
    [null, ABSENT],
    ['', ABSENT],
    [' \t', ABSENT],
    ['v=DMARC1', { ...VALID, effective_p: 'none', effective_sp: 'none' }],
    ['v=DMARC1; p=reject', { ...VALID, p: 'reject', effective_p: 'reject', effective_sp: 'reject' }],
    [
      ' V = DMARC1 ;P=Reject; SP=none; rf=afrf;x-mine=1;; ',
      { ...VALID, p: 'reject', sp: 'none', effective_p: 'reject', effective_sp: 'none' },
    ],
    [
      'v=DMARC1; p=quarantine; sp=none; pct=25; rua=mailto:a@example.org',
      {
        ...VALID,
        p: 'quarantine',
        sp: 'none',
        pct: 25,
        rua: 'mailto:a@example.org',
        effective_p: 'none',
        effective_sp: 'none',
      },
    ],
    [
      'v=DMARC1;p=reject;pct=100;t=Y;np=reject;psd=u;adkim=S;aspf=r;ri=3600;fo=1:d;ruf=mailto:f@example.org!10m',
      {
        ...VALID,
        p: 'reject',
        pct: 100,
        t: 'y',
        np: 'reject',
        psd: 'u',
        adkim: 's',
        aspf: 'r',
        ri: 3600,
        fo: '1:d',
        ruf: 'mailto:f@example.org!10m',
        effective_p: 'quarantine',
        effective_sp: 'quarantine',
      },
    ],
    [
      '"v=DMARC1; p=quar" "antine; sp=reject"',
      { ...VALID, p: 'quarantine', sp: 'reject', effective_p: 'quarantine', effective_sp: 'reject' },
    ],
    ['rua=mailto:a@example.org', { ...FLAWED, rua: 'mailto:a@example.org' }],
    ['p=reject; v=DMARC1', { ...FLAWED, p: 'reject' }],
    ['v=dmarc1; p=reject', { ...FLAWED, p: 'reject' }],
    ['v=DMARC1; p=refuse; sp=reject', { ...FLAWED, sp: 'reject' }],
    [
      'v=DMARC1; p=refuse; sp=reject; rua=mailto:a@example.org!10m',
      {
        ...FLAWED,
        sp: 'reject',
        rua: 'mailto:a@example.org!10m',
        effective_p: 'none',
        effective_sp: 'none',
      },
    ],
    ['v=DMARC1; p=none; p=reject', { ...FLAWED, p: 'none' }],
    ['v=DMARC1; p=none; v=DMARC1', { ...FLAWED, p: 'none' }],
    ['v=DMARC1; p=reject; z=1; Z=1', { ...FLAWED, p: 'reject' }],
    ['v=DMARC1; p=reject\u00a0', FLAWED],
    ['v=DMARC1; p=reject; np=all', { ...FLAWED, p: 'reject' }],
    ['\u00a0', FLAWED],
    ['v=DMARC1; p=none; nonsense', { ...FLAWED, p: 'none', effective_p: 'none', effective_sp: 'none' }],
    [
      'v=DMARC1; p=reject; pct=101',
      { ...FLAWED, p: 'reject', effective_p: 'reject', effective_sp: 'reject' },
    ],
    [
      'v=DMARC1; p=reject; pct=50%',
      { ...FLAWED, p: 'reject', effective_p: 'reject', effective_sp: 'reject' },
    ],
    ['v=DMARC1; p=reject; ri=-1', { ...FLAWED, p: 'reject', effective_p: 'reject', effective_sp: 'reject' }],
  ])('%j', (record, expected) => {
    expect(parsePolicy(record)).toEqual(expected);
  });
});
