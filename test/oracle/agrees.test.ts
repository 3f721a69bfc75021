import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codeForm, domainForm, tidy, wordForm } from '../../src/text-forms.ts';
import { parseDmarcRecord } from '../../src/transform/dmarc-policy.ts';
import { describeIp } from '../../src/transform/ip-address.ts';
import { HOSTILE_TEXTS } from '../transform/hostile-rows.ts';
import { rowsOf, transformData } from '../transform/staged-values.ts';
import { parsePolicy, SOME_ERRORS } from './dmarc.ts';
import * as oracle from './ip.ts';
import { noFindings } from './item.ts';
import { readRecord } from './record-rows.ts';
import { hostName, lowerText, plainText, upperText } from './spellings.ts';

/** Two implementations that share nothing: where they differ, one of them is wrong. */

const odd =
  'aÄİΣß语.。-_%/:[]()@1１ ,;|=\t\r\n\u0085\u00a0\u1680\u2028\u3000\u200b\u2060\ufeff\u200c\u200d\u0308';
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...odd) }),
  fc.constantFrom(...HOSTILE_TEXTS.filter((hostile) => hostile.length < 1000)),
);
const runs = { numRuns: 5000 };

it('on the forms of texts', () => {
  fc.assert(
    fc.property(text, (sent) => {
      const spelled = [plainText, lowerText, upperText, hostName].map((spell) => spell(sent));
      expect([tidy, wordForm, codeForm, domainForm].map((form) => form(sent))).toEqual(spelled);
    }),
    runs,
  );
});

it('on addresses', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('fe80::1%a', '1.2.3.4/24', '01.2.3.4', ''));
  const ends = fc.constantFrom(
    '',
    '',
    ' ',
    '[',
    ']',
    '] ',
    '\u00a0',
    ' (',
    ' (host.example)',
    '(a)',
    '(a',
    ')',
  );
  fc.assert(
    fc.property(fc.tuple(ends, address, ends, ends), (parts) => {
      const sent = parts.join('');
      const { canonical, version, network, scope } = describeIp(sent);
      expect({
        ip_canonical: canonical,
        ip_version: version,
        ip_network: network,
        ip_scope: scope,
      }).toEqual(oracle.describeIp(sent));
    }),
    runs,
  );
});

it('on DMARC records', () => {
  const name = fc.constantFrom('v', 'p', 'sp', 'np', 'P', 'pct', 't', 'rua', 'x', '');
  const word = fc.constantFrom(
    'none',
    'Reject',
    'quarantine',
    '50',
    '101',
    'y',
    'mailto:a@b!1m',
    'a,b:c',
    'DMARC1',
    '',
  );
  const space = fc.constantFrom('', '', '', ' ', '\r\n\t', '\u00a0');
  const tag = fc.tuple(space, name, space, fc.constantFrom('=', '=', '=', ''), space, word, space);
  const tags = fc.array(
    tag.map((parts) => parts.join('')),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(fc.constantFrom('v=DMARC1;', 'v=DMARC1;', ''), tags, (first, rest) => {
      const record = first + rest.join(';');
      const { errors, ...policy } = parseDmarcRecord(record);
      expect({ ...policy, errors: errors === null ? null : SOME_ERRORS }).toEqual(parsePolicy(record));
    }),
    runs,
  );
});

it('on overrides and authentication results', () => {
  const word = fc.oneof(fc.constantFrom('Forwarded', 'other', 'arc', ' local_policy | other', '', ';'), text);
  const told = fc.oneof(word, fc.constant(null), fc.constant(7), fc.constant([]));
  const entry = fc.oneof(
    told,
    fc.record({ type: told, comment: told, more: fc.constant(1) }, { requiredKeys: [] }),
    fc.record({ type: told, result: told, domain: told, selector: told }, { requiredKeys: [] }),
  );
  const list = fc.array(entry, { maxLength: 3 });
  const any = fc.oneof(
    entry,
    list,
    list.map((members) => ({ ...members })),
  );
  const fields = fc.record({ override_reason: any, override_comment: told, spf_auth: any, dkim_auth: any });
  const where = { monitor_id: 'monitor-1', requested_ip: '192.0.2.1', receiptDay: '2025-11-06' };
  fc.assert(
    fc.property(fields, (odd) => {
      const sent = { id: 'r1', created_at: '2025-11-05', ...odd };
      const findings = noFindings();
      const expected = readRecord(where, sent, findings);
      const batches = transformData('report_records', [sent]);
      const [record] = rowsOf(batches, 'report_records');
      const { override_reason, override_comment, extra } = expected?.record ?? {};
      expect(record).toMatchObject({ override_reason, override_comment, extra });
      const auths = rowsOf(batches, 'auth_results').map(({ _seq, _item, ...auth }) => auth);
      expect(auths).toEqual(expected?.auths.map(({ monitor_id, ...auth }) => auth));
      expect(rowsOf(batches, 'meta_quarantine')).toHaveLength(findings.quarantine.length);
    }),
    { numRuns: 2000 },
  );
});
