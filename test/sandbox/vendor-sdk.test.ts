import mailersend from 'mailersend/lib/modules/Dmarc.module.js';
import { describe, expect, it } from 'vitest';
import { WRITES } from '../../src/client/requests.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { firstMonitor, listedIps, monitorIds, openSandbox, type Row } from './http.ts';

/**
 * The vendor's own Node SDK against the sandbox: a client that we did not write finds every endpoint where it looks for
 * it, and understands what it gets.
 */
function sdk(sandbox: Sandbox, token = sandbox.token) {
  return new mailersend.DmarcModule(token, sandbox.url);
}

/** What a call rejects with: the SDK throws the answer. */
async function refusal(call: Promise<unknown>): Promise<Row> {
  return call.then(
    () => {
      throw new Error('the call was not refused');
    },
    (answer: Row) => answer,
  );
}

const RECORD = 'v=DMARC1; p=reject; rua=mailto:a@example.org';
const DAYS = { date_from: '2025-11-01', date_to: '2025-11-30' };
const SIZE = { monitors: 2, ips: 12, days: 3, today: '2025-11-30' };

describe("the vendor's SDK, against the sandbox", () => {
  it('has no method that this test does not call', () => {
    const methods = Object.getOwnPropertyNames(mailersend.DmarcModule.prototype).sort();
    expect(methods).toEqual(
      [
        'constructor',
        'list',
        'create',
        'update',
        'delete',
        'report',
        'reportByIp',
        'reportSources',
        'addFavorite',
        'removeFavorite',
      ].sort(),
    );
  });

  it.each(['bare', 'links', 'total'] as const)('reads, answers in the form %s', async (pagination) => {
    const sandbox = await openSandbox({ ...SIZE, pagination });
    const truth = sandbox.truth();
    const client = sdk(sandbox);
    const list = await client.list({ page: 1, limit: 10 });
    expect(list).toMatchObject({ statusCode: 200, body: { data: truth.monitors } });
    expect(list.headers).toHaveProperty('x-apiquota-remaining');
    const id = firstMonitor(sandbox);
    const [ip = ''] = listedIps(sandbox, id).filter((address) => address.includes('.'));
    const report = await client.report(id, { page: 1, limit: 100 });
    expect(report.body.data).toEqual(truth.aggregated_reports[id]);
    const records = await client.reportByIp(id, ip, { page: 1, limit: 100 });
    expect(records.body.data).toEqual(truth.report_records[id]?.[ip]);
    const sources = await client.reportSources(id, DAYS);
    expect(sources.body.data).toEqual(truth.report_sources[id]);
  });

  it('reads an address that has colons as it stands in its path', async () => {
    const sandbox = await openSandbox({ ...SIZE, ips: 40 });
    const id = firstMonitor(sandbox);
    const ip = listedIps(sandbox, id).find((address) => address.includes(':')) ?? '';
    const { body } = await sdk(sandbox).reportByIp(id, ip, { limit: 100 });
    expect(body.data).toEqual(sandbox.truth().report_records[id]?.[ip]);
  });

  it('writes: create, update, favourites, delete', async () => {
    const sandbox = await openSandbox(SIZE);
    const client = sdk(sandbox);
    const id = firstMonitor(sandbox);
    const [ip = ''] = listedIps(sandbox, id);
    const [domain] = sandbox.spareDomains();
    const created = await client.create({ domain_id: domain?.id ?? '' });
    expect(created).toMatchObject({ statusCode: 201, body: { data: { id: monitorIds(sandbox)[2] } } });
    const updated = await client.update(created.body.data.id, { wanted_dmarc_record: RECORD });
    expect(updated).toMatchObject({ statusCode: 200, body: { data: { wanted_dmarc_record: RECORD } } });
    const favorite = () =>
      (sandbox.truth().aggregated_reports[id] as Row[]).find(({ ip_address }) => ip_address === ip)
        ?.is_favorite;
    expect(await client.addFavorite(id, ip)).toMatchObject({ statusCode: 200 });
    expect(favorite()).toBe(true);
    expect(await client.removeFavorite(id, ip)).toMatchObject({ statusCode: 200 });
    expect(favorite()).toBeUndefined();
    expect(await client.delete(created.body.data.id)).toMatchObject({ statusCode: 204 });
    expect(monitorIds(sandbox)).toHaveLength(2);
  });

  it('gets the errors of the document', async () => {
    const sandbox = await openSandbox(SIZE);
    const client = sdk(sandbox);
    const missing = { statusCode: 404, body: { message: expect.any(String) } };
    expect(await refusal(client.report('none'))).toMatchObject(missing);
    expect(await refusal(client.reportByIp('none', '192.0.2.1'))).toMatchObject(missing);
    expect(await refusal(client.reportSources('none', DAYS))).toMatchObject(missing);
    expect(await refusal(client.delete('none'))).toMatchObject(missing);
    expect(await refusal(client.addFavorite('none', '192.0.2.1'))).toMatchObject(missing);
    expect(await refusal(client.removeFavorite('none', '192.0.2.1'))).toMatchObject(missing);
    const id = firstMonitor(sandbox);
    const invalid = (field: string) => ({
      statusCode: 422,
      body: { errors: { [field]: [expect.any(String)] } },
    });
    expect(await refusal(client.create({ domain_id: 'none' }))).toMatchObject(invalid('domain_id'));
    expect(await refusal(client.update(id, { wanted_dmarc_record: '' }))).toMatchObject(
      invalid('wanted_dmarc_record'),
    );
    expect(await refusal(client.list({ limit: 1_000 }))).toMatchObject(invalid('limit'));
    expect(await refusal(sdk(sandbox, 'mlsn.wrong').list())).toMatchObject({ statusCode: 401 });
  });

  it('asks for the very addresses that we ask for', async () => {
    const sandbox = await openSandbox(SIZE);
    const client = sdk(sandbox);
    const calls = [
      ['POST', () => client.create({ domain_id: 'd' }), WRITES.createMonitor('d')],
      ['PUT', () => client.update('m', { wanted_dmarc_record: RECORD }), WRITES.updateMonitor('m', RECORD)],
      ['DELETE', () => client.delete('m'), WRITES.deleteMonitor('m')],
      ['PUT', () => client.addFavorite('m', '192.0.2.1'), WRITES.addFavorite('m', '192.0.2.1')],
      ['DELETE', () => client.removeFavorite('m', '192.0.2.1'), WRITES.removeFavorite('m', '192.0.2.1')],
    ] as const;
    for (const [method, call, ours] of calls) {
      await refusal(call());
      expect(ours.method).toBe(method);
      const path = `/v1/${ours.segments.join('/')}`;
      expect(sandbox.requests.list.map((request) => `${request.method} ${request.path}`)).toContain(
        `${method} ${path}`,
      );
    }
  });
});
