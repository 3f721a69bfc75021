import type { RecordBatch } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STAGED, type StagedName } from '../../src/contract/staging.ts';
import type { Stream } from '../../src/journal/line.ts';
import { codeForm, domainForm, tidy, wordForm } from '../../src/text-forms.ts';
import { transformAttempts } from '../../src/transform/transform.ts';
import { HOSTILE_TEXTS, hostileRow, VALID_ROWS } from './hostile-rows.ts';
import { attemptOf, CONTEXT, rowsOf, transformData } from './staged-values.ts';

const STREAMS: readonly Stream[] = ['monitors', 'aggregated_reports', 'report_records', 'report_sources'];

describe('attempts', () => {
  it('are staged one a line, answered or not', () => {
    const attempts = [
      attemptOf('report_records', {
        seq: 1,
        status: 0,
        is_last: false,
        fingerprint: '2:1:1:1',
        error: 'reset',
      }),
      attemptOf('report_records', { seq: 2, status: 404 }),
      attemptOf('monitors', { seq: 3, body: { data: [VALID_ROWS.monitors, {}, 5] }, page: 2 }),
      attemptOf('monitors', { seq: 4, body: { data: [] } }),
      attemptOf('monitors', { seq: 5, body: 'html' }),
    ];
    const batches = transformAttempts(attempts, CONTEXT);
    expect(rowsOf(batches, 'attempts')).toEqual([
      attemptRow({ _seq: 1, status: 0, is_last: false, fingerprint: '2:1:1:1' }),
      attemptRow({ _seq: 2, status: 404 }),
      attemptRow({ ...LISTING, _seq: 3, page: 2, items: 3, quarantined: 2 }),
      attemptRow({ ...LISTING, _seq: 4 }),
      attemptRow({ ...LISTING, _seq: 5 }),
    ]);
    expect([...batches.keys()].sort()).toEqual([
      'attempts',
      'dmarc_policies',
      'meta_quarantine',
      'meta_schema_drift',
      'monitors',
    ]);
  });

  it.each([
    ['aggregated_reports', { date_from: '2012-01-01' }, 'early', '2012-01-01', null],
    [
      'report_sources',
      { date_from: '2025-10-08', date_to: '2025-11-06' },
      'dated',
      '2025-10-08',
      '2025-11-06',
    ],
    ['report_records', { date_from: '2025-10-08' }, 'plain', '2025-10-08', null],
    ['aggregated_reports', {}, 'plain', null, null],
    ['report_sources', {}, 'plain', null, null],
  ] as const)('of %s with %j have form %s', (stream, params, form, window_from, window_to) => {
    const [row] = rowsOf(transformAttempts([attemptOf(stream, { params })], CONTEXT), 'attempts');
    expect(row).toMatchObject({ form, window_from, window_to });
  });

  it.each([
    undefined,
    null,
    'html',
    5,
    {},
    { data: 'none' },
    { data: { id: 'r1' } },
    { 0: VALID_ROWS.report_sources },
    JSON.parse('{"__proto__":{"data":[]}}'),
  ])('with the body %j are quarantined whole', (body) => {
    const batches = transformAttempts([attemptOf('report_sources', { body })], CONTEXT);
    expect(rowsOf(batches, 'attempts')).toMatchObject([{ items: 0, quarantined: 0 }]);
    expect(rowsOf(batches, 'meta_quarantine')).toMatchObject([
      { path: '$', level: 'row', locator: '7:0', raw: body === undefined ? null : JSON.stringify(body) },
    ]);
  });

  it.each([
    { body: [] },
    { body: { data: null } },
    { body: { data: {} } },
    { body: [VALID_ROWS.report_sources] },
    { body: { data: { 0: VALID_ROWS.report_sources } } },
    { body: { data: { 2: VALID_ROWS.report_sources, 7: { report_source: 'b' } } } },
  ])('with a list in another shape have its items: %j', ({ body }) => {
    const list: unknown = Array.isArray(body) ? body : body.data;
    const items = Object.keys(list ?? {}).length;
    const batches = transformAttempts([attemptOf('report_sources', { body })], CONTEXT);
    expect(rowsOf(batches, 'attempts')).toMatchObject([{ items, quarantined: 0 }]);
    expect(rowsOf(batches, 'report_sources')).toHaveLength(items);
    expect(rowsOf(batches, 'meta_quarantine')).toEqual([]);
  });

  it('that are not ours are refused', () => {
    expect(() => transformAttempts([attemptOf('monitors', { received_at: 'noon' })], CONTEXT)).toThrow(
      'attempt 7',
    );
    expect(() => transformAttempts([attemptOf('mails' as Stream)], CONTEXT)).toThrow('unknown stream mails');
    expect(() => transformAttempts([], { ...CONTEXT, snapshotDate: 'today' })).toThrow('today');
    expect(transformAttempts([], CONTEXT).size).toBe(0);
  });
});

describe('batches', () => {
  it('have exactly the staged schema', () => {
    const attempts = STREAMS.map((stream) =>
      attemptOf(stream, { body: { data: [{ ...VALID_ROWS[stream], new_field: 1 }, null] } }),
    );
    const batches = transformAttempts(attempts, CONTEXT);
    expect([...batches.keys()].sort()).toEqual(Object.keys(STAGED).sort());
    for (const [name, batch] of batches) expect(batch.schema, name).toEqual(STAGED[name].schema);
  });

  it('say which answer and run a row is from', () => {
    const attempts = [1, 2].map((seq) =>
      attemptOf('report_sources', {
        seq,
        received_at: `2025-11-06T01:02:0${seq}.5Z`,
        body: { data: [VALID_ROWS.report_sources, VALID_ROWS.report_sources] },
      }),
    );
    const batches = transformAttempts(attempts, CONTEXT);
    const places = rowsOf(batches, 'report_sources').map(({ _seq, _item }) => [_seq, _item]);
    expect(places).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
    const answers = rowsOf(batches, 'attempts').map(({ _seq, _run_id, _extracted_at, snapshot_date }) => [
      ...[_seq, _run_id, _extracted_at, snapshot_date],
    ]);
    expect(answers).toEqual([
      [1, CONTEXT.run_id, '2025-11-06T01:02:01.500000Z', '2025-11-06'],
      [2, CONTEXT.run_id, '2025-11-06T01:02:02.500000Z', '2025-11-06'],
    ]);
  });

  it('describe each address by itself', () => {
    const addresses = [
      '192.0.2.1',
      '8.8.8.8',
      '2001:DB8::1',
      '192.0.2.1',
      '::ffff:8.8.8.8',
      'X.X.X.X',
      '192.0.2.1',
    ];
    const rows = rowsOf(
      transformData(
        'aggregated_reports',
        addresses.map((ip_address) => ({ ip_address })),
      ),
      'aggregated_reports',
    );
    expect(rows.map(({ ip_canonical }) => ip_canonical)).toEqual([
      '192.0.2.1',
      '8.8.8.8',
      '2001:db8::1',
      '192.0.2.1',
      '8.8.8.8',
      'X.X.X.X',
      '192.0.2.1',
    ]);
  });

  it('find a field that the contract does not know also in the place of one that it does', () => {
    const known = VALID_ROWS.report_sources;
    const renamed = { report_source: 'example.net', report: 3 };
    const batches = transformData('report_sources', [known, renamed, known]);
    expect(rowsOf(batches, 'report_sources').map(({ extra }) => extra)).toEqual([null, '{"report":3}', null]);
    expect(rowsOf(batches, 'meta_schema_drift').map(({ path }) => path)).toEqual(['$.data[].report']);
  });

  it('tell each drift once, with the first sample', () => {
    const rows = [1, 2, 3].map((sample) => ({
      ...VALID_ROWS.report_sources,
      'new field': sample,
      [`x${'y'.repeat(300)}`]: 1,
    }));
    const drift = rowsOf(transformData('report_sources', rows), 'meta_schema_drift');
    expect(drift.map(({ path, sample }) => [path, sample])).toEqual([
      ['$.data[]["new field"]', '1'],
      [`$.data[].x${'y'.repeat(199)}`, '1'],
    ]);
  });
});

describe('any answer', () => {
  it.each(STREAMS)('of %s: every item is staged or quarantined whole', (stream) => {
    const item = fc.oneof({ weight: 5, arbitrary: hostileRow(stream) }, fc.jsonValue());
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), (data) => {
        const batches = transformData(stream, data);
        const [attempt] = rowsOf(batches, 'attempts');
        const quarantine = rowsOf(batches, 'meta_quarantine');
        const whole = quarantine.filter(({ level }) => level === 'row');
        const staged = rowsOf(batches, stream);
        expect(staged.length + whole.length).toBe(data.length);
        expect(attempt).toMatchObject({ items: data.length, quarantined: whole.length });
        const items = [...staged, ...whole].map(({ _item }) => Number(_item)).sort((a, b) => a - b);
        expect(items).toEqual(data.map((_, position) => position));
        expect(new Set(quarantine.map(({ locator, path }) => `${locator} ${path}`)).size).toBe(
          quarantine.length,
        );
        for (const [name, batch] of batches) expectNoNullKeys(name, batch);
      }),
      { numRuns: 300 },
    );
  });

  it.each(STREAMS)('of %s: unknown fields come back from extra', (stream) => {
    const unknown = fc.dictionary(
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('__proto__')),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(unknown, (fields) => {
        const own: Record<string, unknown> = JSON.parse(JSON.stringify(fields));
        for (const name of Object.keys(VALID_ROWS[stream])) delete own[name];
        const row = JSON.parse(
          `${JSON.stringify(VALID_ROWS[stream]).slice(0, -1)},${JSON.stringify(own).slice(1)}`.replace(
            /,}$/,
            '}',
          ),
        );
        const [staged] = rowsOf(transformData(stream, [row]), stream);
        if (Object.keys(own).length === 0) expect(staged?.extra).toBeNull();
        else expect(JSON.parse(String(staged?.extra))).toEqual(own);
      }),
    );
  });

  it('named as what every object has are no fields of the contract', () => {
    const fields = `"__proto__":{"city":"x"},"constructor":"y","toString":"z"`;
    const row = JSON.parse(
      `${JSON.stringify({ ...VALID_ROWS.report_records, city: undefined }).slice(0, -1)},${fields}}`,
    );
    const [staged] = rowsOf(transformData('report_records', [row]), 'report_records');
    expect(staged).toMatchObject({ city: null });
    expect(staged?.extra).toBe('{"__proto__":{"city":"x"},"constructor":"y","toString":"z"}');
  });

  it('nested a million levels deep is quarantined as a value', () => {
    const deep: unknown = JSON.parse('['.repeat(1e6) + ']'.repeat(1e6));
    const batches = transformData('report_sources', [{ ...VALID_ROWS.report_sources, deep, reports: deep }]);
    expect(rowsOf(batches, 'report_sources')).toMatchObject([{ reports_as_of: null, extra: null }]);
    expect(rowsOf(batches, 'meta_quarantine').map(({ path, level }) => [path, level])).toEqual([
      ['$.data[0].deep', 'value'],
      ['$.data[0].reports', 'value'],
    ]);
    expect(rowsOf(transformData('report_sources', [deep]), 'meta_quarantine')).toHaveLength(1);
  });

  it('with a value of megabytes keeps 64 KiB of it in quarantine', () => {
    const batches = transformData('report_sources', [{ report_source: 'a', reports: '語'.repeat(1e6) }]);
    const [row] = rowsOf(batches, 'meta_quarantine');
    expect(Buffer.byteLength(String(row?.raw))).toBeGreaterThan(64 * 1024 - 3);
    expect(Buffer.byteLength(String(row?.raw))).toBeLessThanOrEqual(64 * 1024);
    expect(String(row?.reason).length).toBeLessThan(100);
  });
});

/** Every column that holds the field's text as it was sent. */
const SENT_COLUMNS: readonly [Stream, string, string][] = [
  ['monitors', 'id', 'monitor_id'],
  ['monitors', 'dmarc_record', 'dmarc_record'],
  ['monitors', 'wanted_dmarc_record', 'wanted_dmarc_record'],
  ['monitors', 'spf_record', 'spf_record'],
  ['aggregated_reports', 'ip_address', 'ip_address'],
  ['report_records', 'id', 'record_id'],
  ['report_records', 'ip_address', 'ip_address'],
];

/** Every column that holds a form of the field's text. */
const FORMED_COLUMNS: readonly [Stream, string, (text: string) => string][] = [
  ['monitors', 'spf_status', tidy],
  ...(['aggregated_reports', 'report_records'] as const).flatMap(placeColumns),
  ['report_records', 'ip_domain', domainForm],
  ['report_records', 'spf_domain', domainForm],
  ['report_records', 'dkim_domain', domainForm],
  ['report_records', 'applied_policy', wordForm],
  ['report_records', 'override_reason', wordForm],
  ['report_records', 'override_comment', tidy],
  ['report_records', 'report_source', wordForm],
  ['report_sources', 'report_source', wordForm],
];

function placeColumns(stream: Stream): [Stream, string, (text: string) => string][] {
  return [
    [stream, 'domain', domainForm],
    [stream, 'country', tidy],
    [stream, 'country_code', codeForm],
    [stream, 'city', tidy],
  ];
}

/** What is read, and what `extra` keeps of what was sent: nothing where that is the same text. */
function formed(field: string, form: (text: string) => string) {
  return HOSTILE_TEXTS.map((text) => [
    form(text),
    form(text) === text ? null : JSON.stringify({ [field]: text }),
  ]);
}

describe('hostile texts', () => {
  it.each(SENT_COLUMNS)('in %s.%s come through unchanged', (stream, field, column) => {
    const data = HOSTILE_TEXTS.map((text) => ({ ...VALID_ROWS[stream], [field]: text }));
    const rows = rowsOf(transformData(stream, data), stream);
    expect(rows.map((row) => [row[column], row.extra])).toEqual(HOSTILE_TEXTS.map((text) => [text, null]));
  });

  it.each(FORMED_COLUMNS)('in %s.%s have their form, and extra has them as sent', (stream, field, form) => {
    const data = HOSTILE_TEXTS.map((text) => ({ ...VALID_ROWS[stream], [field]: text }));
    const rows = rowsOf(transformData(stream, data), stream);
    expect(rows.map((row) => [row[field], row.extra])).toEqual(formed(field, form));
  });

  it.each([
    ['domain', domainForm],
    ['selector', wordForm],
    ['result', wordForm],
  ])('in the %s of an auth result have their form, and extra has them as sent', (field, form) => {
    const dkim_auth = HOSTILE_TEXTS.map((text) => ({ [field]: text }));
    const batches = transformData('report_records', [
      { ...VALID_ROWS.report_records, spf_auth: [], dkim_auth },
    ]);
    const rows = rowsOf(batches, 'auth_results');
    expect(rows.map((row) => [row[field], row.extra])).toEqual(formed(field, form));
  });

  it('lose lone surrogates, which UTF-8 cannot hold, to U+FFFD', () => {
    const text = 'a\ud800b\udc00';
    const row = { ...VALID_ROWS.report_sources, report_source: text, [text]: text };
    const [staged] = rowsOf(transformData('report_sources', [row]), 'report_sources');
    expect(staged).toMatchObject({
      report_source: 'a\ufffdb\ufffd',
      extra: '{"a\ufffdb\ufffd":"a\ufffdb\ufffd"}',
    });
  });
});

describe('enumerations', () => {
  const drift = (fields: Record<string, unknown>) =>
    rowsOf(
      transformData('report_records', [{ ...VALID_ROWS.report_records, ...fields }]),
      'meta_schema_drift',
    ).map(({ path, kind, sample }) => [path, kind, sample]);

  it.each([
    { applied_policy: 'pass' },
    { applied_policy: 'NONE' },
    { applied_policy: 'Reject\r\n' },
    { applied_policy: '\u00a0none\ufeff' },
    { override_reason: [{ type: 'Forwarded', comment: 'x' }, 'OTHER'] },
    { applied_policy: '' },
    { applied_policy: null },
    { override_reason: 'policy_test_mode' },
    { override_reason: 'Forwarded | sampled_out;other,local_policy' },
    { override_reason: '' },
    { override_reason: ' ' },
    { override_reason: [] },
    {
      spf_auth: [{ result: 'SoftFail' }, { result: '\tpass\n' }, { result: '' }, {}, { result: 'hardfail' }],
    },
    { dkim_auth: [{ result: 'policy' }, { result: null }] },
  ])('%j are known', (fields) => {
    expect(drift(fields)).toEqual([]);
  });

  it.each([
    [{ applied_policy: 'discard' }, '$.data[].applied_policy', '"discard"'],
    [{ override_reason: 'other, arc' }, '$.data[].override_reason', '"other, arc"'],
    [{ spf_auth: [{ result: 'dunno' }] }, '$.data[].spf_auth[].result', '"dunno"'],
    [{ dkim_auth: [{ result: 'softfail' }] }, '$.data[].dkim_auth[].result', '"softfail"'],
  ])('%j are drift', (fields, path, sample) => {
    expect(drift(fields)).toEqual([[path, 'enum', sample]]);
  });
});

const LISTING = { stream: 'monitors', monitor_id: '', requested_ip: '' };

function attemptRow(overrides: Record<string, unknown>) {
  return {
    stream: 'report_records',
    _run_id: CONTEXT.run_id,
    snapshot_date: CONTEXT.snapshotDate,
    monitor_id: 'monitor-1',
    requested_ip: '192.0.2.1',
    page: 1,
    is_last: true,
    fingerprint: null,
    status: 200,
    _extracted_at: '2025-11-06T01:02:03.456000Z',
    form: 'plain',
    window_from: null,
    window_to: null,
    items: 0,
    quarantined: 0,
    ...overrides,
  };
}

/** No key column of the contract is ever NULL; those that an item does not fill stand in `attempts`. */
function expectNoNullKeys(name: StagedName, batch: RecordBatch): void {
  const names = batch.schema.fields.map((field) => field.name);
  const key = (STAGED[name].schema.metadata.get('key') ?? '')
    .split(',')
    .filter((column) => names.includes(column));
  const shared = name === 'attempts' ? ['_run_id', 'snapshot_date', 'monitor_id', 'requested_ip'] : [];
  for (const column of ['_seq', ...key, ...shared]) {
    expect(batch.getChild(column)?.nullCount, `${name}.${column}`).toBe(0);
  }
}
