import { describe, expect, it } from 'vitest';
import {
  ask,
  detailsPath,
  firstMonitor,
  listedIps,
  monitorIds,
  NOON,
  openSandbox,
  type Row,
} from './http.ts';

const LIST = '/dmarc-monitoring';

describe('create', () => {
  it('makes a monitor without reports for a domain that has none', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    const [domain] = sandbox.spareDomains();
    const { status, json } = await ask(sandbox, LIST, { method: 'POST', body: { domain_id: domain?.id } });
    expect(status).toBe(201);
    expect(json.data).toEqual({
      id: expect.stringMatching(/^[0-9a-z]{16}$/),
      dmarc_record: '',
      wanted_dmarc_record: 'rua=mailto:rua@example.org',
      dmarc_valid: false,
      dmarc_record_checked_at: null,
      spf_record: null,
      spf_status: 'not_found',
      created_at: '2025-11-30T12:00:00.000000Z',
      updated_at: '2025-11-30T12:00:00.000000Z',
    });
    expect((await ask(sandbox, LIST)).json.data[1]).toEqual({ ...json.data, domain });
    expect((await ask(sandbox, `${LIST}/${json.data.id}/report`)).json.data).toEqual([]);
    expect((await ask(sandbox, LIST, { method: 'POST', body: { domain_id: domain?.id } })).status).toBe(422);
  });

  it.each([
    ['', 422],
    ['{"domain_id":7}', 422],
    ['{"domain_id":"unknown"}', 422],
    ['{"domain_id"', 400],
  ])('refuses %s with %i', async (body, expected) => {
    const sandbox = await openSandbox({ monitors: 1 });
    const { status, json } = await ask(sandbox, LIST, { method: 'POST', body });
    expect(status).toBe(expected);
    if (status === 422) expect(json.errors).toEqual({ domain_id: [expect.stringMatching(/#MS42209$/)] });
  });
});

describe('update', () => {
  it('changes the wanted record and the time stamps', async () => {
    let now = NOON;
    const sandbox = await openSandbox({ monitors: 1, now: () => now });
    const id = firstMonitor(sandbox);
    const before = sandbox.truth().monitors[0] as Row;
    now += 3_600_000;
    const body = { wanted_dmarc_record: 'v=DMARC1; p=reject' };
    const { status, json } = await ask(sandbox, `${LIST}/${id}`, { method: 'PUT', body });
    expect(status).toBe(200);
    const at = '2025-11-30T13:00:00.000000Z';
    expect(json.data).toEqual({
      ...before,
      ...body,
      dmarc_valid: false,
      updated_at: at,
      dmarc_record_checked_at: at,
    });
    expect(sandbox.truth().monitors).toEqual([json.data]);
  });

  it('refuses a missing record and one that is too long; knows no other monitors', async () => {
    const sandbox = await openSandbox({ monitors: 1 });
    const put = (id: string, wanted: unknown) =>
      ask(sandbox, `${LIST}/${id}`, { method: 'PUT', body: { wanted_dmarc_record: wanted } });
    const id = firstMonitor(sandbox);
    expect((await put(id, undefined)).json.errors).toHaveProperty('wanted_dmarc_record');
    expect((await put(id, 'x'.repeat(1_001))).status).toBe(422);
    expect((await put(id, 'x'.repeat(1_000))).status).toBe(200);
    expect((await put('none', 'x')).status).toBe(404);
  });
});

it('delete takes the monitor away', async () => {
  const sandbox = await openSandbox({ monitors: 2 });
  const [first, second] = monitorIds(sandbox) as [string, string];
  const { status, text } = await ask(sandbox, `${LIST}/${first}`, { method: 'DELETE' });
  expect([status, text]).toEqual([204, '']);
  expect(monitorIds(sandbox)).toEqual([second]);
  expect((await ask(sandbox, `${LIST}/${first}`, { method: 'DELETE' })).status).toBe(404);
});

it('favourites come and go, with empty answers', async () => {
  const sandbox = await openSandbox({ monitors: 1 });
  const id = firstMonitor(sandbox);
  const rows = () => sandbox.truth().aggregated_reports[id] as Row[];
  const plain = rows().find((row) => row.is_favorite === undefined)?.ip_address as string;
  const favorite = (ip: string, method: string) =>
    ask(sandbox, `${LIST}/${id}/favorite/${encodeURIComponent(ip)}`, { method });
  const is = () => rows().find((row) => row.ip_address === plain)?.is_favorite;
  expect(await favorite(plain, 'PUT')).toMatchObject({ status: 200, text: '' });
  expect(is()).toBe(true);
  expect(await favorite(plain, 'DELETE')).toMatchObject({ status: 200, text: '' });
  expect(is()).toBeUndefined();
  expect((await favorite('192.0.2.255', 'PUT')).status).toBe(404);
});

describe('levers', () => {
  it('change the account behind the back of the API', async () => {
    const sandbox = await openSandbox({ monitors: 1, ips: 3, days: 3, percent: 'number' });
    const added = sandbox.addMonitor({ ips: 2, days: 4 });
    expect(listedIps(sandbox, added)).toHaveLength(2);
    sandbox.addSource(added, '2001:DB8::1', 120);
    expect(
      (await ask(sandbox, `${detailsPath(added, '2001:DB8::1')}?limit=100&page=2`)).json.data,
    ).toHaveLength(20);
    const record = sandbox.addRecord(added, '2001:DB8::1', { total_volume: 1_000, country: 'Chile' });
    sandbox.setRecord(added, record, { applied_policy: 'reject' });
    const truth = sandbox.truth();
    expect(truth.report_records[added]?.['2001:DB8::1']?.at(-1)).toMatchObject({
      id: record,
      total_volume: 1_000,
      country: 'Chile',
      applied_policy: 'reject',
    });
    expect(truth.aggregated_reports[added]?.at(-1)).toMatchObject({ total_volume: 1_240 });
    sandbox.failDetails(added, '2001:DB8::1');
    expect((await ask(sandbox, detailsPath(added, '2001:DB8::1'))).status).toBe(404);
    sandbox.removeSource(added, '2001:DB8::1');
    sandbox.removeRecord(added, Object.keys(sandbox.truth().ever.report_records[added] ?? {})[0] as string);
    sandbox.setMonitor(added, { spf_status: 'odd' });
    expect(sandbox.truth().monitors[1]).toMatchObject({ spf_status: 'odd' });
    sandbox.removeMonitor(added);
    expect(monitorIds(sandbox)).toHaveLength(1);
    expect(() => sandbox.removeMonitor(added)).toThrow(/no monitor/);
  });
});
