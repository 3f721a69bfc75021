import fc from 'fast-check';
import type { Stream } from '../../src/journal/line.ts';

/** A valid item of each stream. */
export const VALID_ROWS = {
  monitors: {
    id: 'm1',
    dmarc_record: 'v=DMARC1; p=none',
    wanted_dmarc_record: 'v=DMARC1; p=reject',
    dmarc_valid: true,
    dmarc_record_checked_at: '2025-11-05T09:06:35.000000Z',
    spf_record: 'v=spf1 -all',
    spf_status: 'valid',
    created_at: '2025-11-05T09:06:35.000000Z',
    updated_at: '2025-11-05T09:06:35.000000Z',
    domain: {
      id: 'd1',
      name: 'example.org',
      created_at: '2025-11-05T09:06:35.000000Z',
      updated_at: '2025-11-05T09:06:35.000000Z',
    },
  },
  aggregated_reports: {
    ip_address: '192.0.2.1',
    total_volume: 2,
    passed_dmarc: '100%',
    passed_spf: '0%',
    passed_dkim: '88.5%',
    domain: 'example.org',
    country: 'United States',
    country_code: 'US',
    city: 'Anytown',
    is_favorite: true,
  },
  report_records: {
    id: 'r1',
    ip_address: '192.0.2.1',
    ip_domain: 'example.org',
    total_volume: 2,
    passed_dmarc: '100%',
    passed_spf: '0%',
    spf_domain: 'example.org',
    aligned_spf: false,
    passed_dkim: '100%',
    aligned_dkim: true,
    dkim_domain: 'example.org',
    created_at: '2025-11-05T00:00:00.000000Z',
    applied_policy: 'none',
    override_reason: 'forwarded',
    override_comment: 'comment',
    domain: 'example.org',
    country: 'United States',
    country_code: 'US',
    city: 'Anytown',
    report_source: 'example.com',
    spf_auth: [{ type: 'spf', result: 'pass', domain: 'example.org', selector: null }],
    dkim_auth: [{ type: 'dkim', result: 'fail', domain: 'example.org', selector: 's1' }],
  },
  report_sources: { report_source: 'example.com', reports: 3 },
} as const satisfies Record<Stream, Record<string, unknown>>;

/** Texts that have broken programs. */
export const HOSTILE_TEXTS = [
  "'; DROP TABLE report_records; --",
  '"quoted" \\ back\\slash',
  '../../etc/passwd',
  'nul\u0000inside',
  'line\r\nbreak\u2028',
  '\u202eright to left\u200f',
  '\u001b[31mred\u0007',
  '__proto__',
  '=HYPERLINK("http://example.org")',
  '<script>alert(1)</script>',
  '😀 語 é',
  '%s %d {{y}}',
  's'.repeat(1_000_000),
  ' surrounded ',
  'null',
];

const oddValue = fc.oneof(
  fc.jsonValue({ noUnicodeString: false }),
  fc.constantFrom(
    ...HOSTILE_TEXTS.filter((text) => text.length < 100),
    '',
    '\ud800',
    'PASS',
    '100%',
    '1e999',
    '-0',
  ),
  fc.constantFrom(0, -0, 1, 90, 100, 101, -1, 0.5, 1e300, 2 ** 53, true, false, null),
  fc.array(fc.oneof(fc.string(), fc.constant(null), fc.object({ maxDepth: 1 }))),
  fc.dictionary(
    fc.constantFrom('id', 'name', 'created_at', 'type', 'result', 'domain', '__proto__', 'x'),
    fc.jsonValue(),
  ),
);

/** A valid item in which some fields are absent, some hold any JSON value, and some are unknown. */
export function hostileRow(stream: Stream): fc.Arbitrary<Record<string, unknown>> {
  const valid: Record<string, unknown> = VALID_ROWS[stream];
  const fields = fc.subarray(Object.keys(valid));
  const unknown = fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString', 'a.b', '')),
    oddValue,
    {
      maxKeys: 3,
    },
  );
  return fc
    .record({ kept: fields, odd: fc.dictionary(fc.constantFrom(...Object.keys(valid)), oddValue), unknown })
    .map(({ kept, odd, unknown }) => {
      const row = new Map<string, unknown>(kept.map((name) => [name, valid[name]]));
      for (const extra of [unknown, odd]) for (const name of Object.keys(extra)) row.set(name, extra[name]);
      return fromJson(row);
    });
}

/** As an answer would give it: parsed from JSON, so that `__proto__` is a field like any other. */
function fromJson(row: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const members = [...row].map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`,
  );
  return JSON.parse(`{${members.join(',')}}`);
}
