import { describe, expect, it } from 'vitest';
import { dispatch } from '../../src/commands/dispatch.ts';
import { tellError } from '../../src/commands/tell-error.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { describeIp } from '../../src/transform/ip-address.ts';
import { firstMonitor, listedIps, monitorIds, openSandbox, type Row } from '../sandbox/http.ts';
import { runProgram } from './built-program.ts';
import { type FakeTerminalOptions, fakeTerminal } from './fake-terminal.ts';

/** What a call of the command line says about a sandbox's account, and the exit code it ends with. */
async function call(sandbox: Sandbox, words: readonly string[], options: FakeTerminalOptions = {}) {
  const environment = { MAILERSEND_API_TOKEN: sandbox.token, ...options.environment };
  const terminal = fakeTerminal({ ...options, environment });
  const all = [...words, '--api-url', sandbox.url, '--rate', '0'];
  const code = await dispatch(all, terminal).catch((error: unknown) => tellError(error, terminal));
  return { code, ...terminal.told() };
}

const PERSON = { isTTY: true, environment: { NO_COLOR: '1' } } as const;
const RECORD = 'v=DMARC1; p=reject; rua=mailto:new@example.org';
const READ_ONLY = 'mlsn.read-only-token-0123456789';

const asked = (sandbox: Sandbox) =>
  sandbox.requests.list.map(({ method, endpoint, status }) => `${method} ${endpoint} ${status}`);
const domainOf = (sandbox: Sandbox, index = 0) =>
  ((sandbox.truth().monitors[index] as Row).domain as Row).name as string;
const spareDomain = (sandbox: Sandbox) => sandbox.spareDomains()[0]?.id ?? '';

/** An IP of the first monitor whose spelling is canonical or is not, and that is no favourite. */
function plainIp(sandbox: Sandbox, isCanonical = true): string {
  const rows = sandbox.truth().aggregated_reports[firstMonitor(sandbox)] as Row[];
  const row = rows.find(
    ({ ip_address, is_favorite }) =>
      is_favorite === undefined && (describeIp(String(ip_address)).canonical === ip_address) === isCanonical,
  );
  return row?.ip_address as string;
}

function isFavorite(sandbox: Sandbox, ip: string): boolean {
  const rows = sandbox.truth().aggregated_reports[firstMonitor(sandbox)] as Row[];
  return rows.find(({ ip_address }) => ip_address === ip)?.is_favorite === true;
}

/** Lets every request to an endpoint's path be answered so. */
function refuse(sandbox: Sandbox, method: string, status: number, body: object): void {
  sandbox.configure({
    faultAt: (info) => (info.method === method ? { status, body: JSON.stringify(body) } : null),
  });
}

describe('reading', () => {
  it('monitors list: the rows as they came through a pipe, a table on a terminal', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 3, ips: 2, days: 1 });
    const piped = await call(sandbox, ['monitors', 'list']);
    expect(piped).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(piped.stdout)).toEqual(sandbox.truth().monitors);
    expect(asked(sandbox)).toEqual(['GET list 200']);
    const shown = await call(sandbox, ['monitors', 'list'], PERSON);
    expect(shown.stdout).toContain('monitor_id');
    expect(shown.stderr).toContain('3 rows');
    const forced = await call(sandbox, ['monitors', 'list', '--json'], PERSON);
    expect(JSON.parse(forced.stdout)).toHaveLength(3);
    const none = await openSandbox({ pagination: 'links', monitors: 0 });
    expect(await call(none, ['monitors', 'list'])).toMatchObject({ code: 0, stdout: '[]\n' });
  });

  it('monitors report: the source IPs of a monitor, and the records of one', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 2, ips: 3, days: 2 });
    const [, id = ''] = monitorIds(sandbox);
    const [ip = ''] = listedIps(sandbox, id);
    const truth = sandbox.truth();
    const report = await call(sandbox, ['monitors', 'report', domainOf(sandbox, 1).toUpperCase()]);
    expect(JSON.parse(report.stdout)).toEqual(truth.aggregated_reports[id]);
    const records = await call(sandbox, ['monitors', 'report', id, ip]);
    expect(JSON.parse(records.stdout)).toEqual(truth.report_records[id]?.[ip]);
    expect(asked(sandbox)).toEqual(['GET list 200', 'GET report 200', 'GET report-ip 200']);
    expect((await call(sandbox, ['monitors', 'report', id], PERSON)).stdout).toContain('ip_address');
    expect((await call(sandbox, ['monitors', 'report', id, ip], PERSON)).stdout).toContain('reporter');
  });

  it('monitors sources: who sends reports, also where the API wants days', async () => {
    const sandbox = await openSandbox({
      pagination: 'links',
      monitors: 1,
      ips: 3,
      days: 2,
      sourcesNeedDates: true,
    });
    const id = firstMonitor(sandbox);
    const sources = await call(sandbox, ['monitors', 'sources', id]);
    expect(sources.code).toBe(0);
    expect(asked(sandbox)).toEqual(['GET report-sources 422', 'GET report-sources 200']);
    sandbox.configure({ sourcesNeedDates: false });
    const all = await call(sandbox, ['monitors', 'sources', id]);
    expect(JSON.parse(all.stdout)).toEqual(sandbox.truth().report_sources[id]);
  });

  it.each([
    ['report', ['monitors', 'report', 'none']],
    ['report-ip', ['monitors', 'report', 'none', '192.0.2.1']],
    ['report-sources', ['monitors', 'sources', 'none']],
  ])('%s of no monitor: 404, explained, exit code 1', async (endpoint, words) => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const { code, stdout, stderr } = await call(sandbox, words);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/there is no such thing in this account \(404: Resource not found\.\)/);
    expect(asked(sandbox)).toEqual([`GET ${endpoint} 404`]);
  });

  it('a list that is refused: 422, explained with code and words', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    refuse(sandbox, 'GET', 422, {
      message: 'The limit is invalid. #MS42209',
      errors: { limit: ['The limit is invalid. #MS42209'] },
    });
    const { code, stderr } = await call(sandbox, ['monitors', 'list']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'a field of the request is missing or not accepted (422 #MS42209: The limit is invalid.',
    );
  });
});

describe('monitors create', () => {
  it('creates, and tells the monitor', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const created = await call(sandbox, ['monitors', 'create', spareDomain(sandbox)]);
    expect(created).toMatchObject({ code: 0, stderr: '' });
    const [, id] = monitorIds(sandbox);
    expect(JSON.parse(created.stdout)).toMatchObject({ action: 'created', monitor_id: id, monitor: { id } });
    expect(asked(sandbox)).toEqual(['POST create 201']);
  });

  it('tells people what came of it', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const { stdout } = await call(sandbox, ['monitors', 'create', spareDomain(sandbox)], PERSON);
    expect(stdout).toBe(
      `created monitor ${monitorIds(sandbox)[1]}\nwanted record: rua=mailto:rua@example.org\nThe next run exports it.\n`,
    );
  });

  it('422: a domain that is none, or has a monitor', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const none = await call(sandbox, ['monitors', 'create', 'none']);
    expect(none).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/422 #MS42209: .*is invalid/),
    });
    const taken = ((sandbox.truth().monitors[0] as Row).domain as Row).id as string;
    const again = await call(sandbox, ['monitors', 'create', taken]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('has already been taken') });
    expect(asked(sandbox)).toEqual(['POST create 422', 'POST create 422']);
  });

  it('takes no name of a domain', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const { code, stderr } = await call(sandbox, ['monitors', 'create', 'example.org']);
    expect([code, sandbox.requests.total]).toEqual([2, 0]);
    expect(stderr).toContain('example.org is the name of a domain; create takes its id');
  });
});

describe('monitors update', () => {
  async function open(wanted = 'v=DMARC1; p=none; rua=mailto:old@example.org') {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 2 });
    sandbox.setMonitor(firstMonitor(sandbox), { wanted_dmarc_record: wanted, dmarc_record: wanted });
    return sandbox;
  }
  const update = (sandbox: Sandbox, ...flags: readonly string[]) => [
    'monitors',
    'update',
    domainOf(sandbox),
    ...flags,
  ];

  it('changes the wanted record, and tells what changed', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 2, seed: 3 });
    const id = firstMonitor(sandbox);
    const updated = await call(sandbox, ['monitors', 'update', id, '--record', RECORD]);
    expect(updated.code).toBe(0);
    expect(JSON.parse(updated.stdout)).toMatchObject({
      action: 'updated',
      monitor_id: id,
      domain: domainOf(sandbox),
      changes: expect.arrayContaining([
        expect.objectContaining({ tag: 'rua', after: 'mailto:new@example.org' }),
      ]),
      monitor: { wanted_dmarc_record: RECORD },
    });
    expect(sandbox.truth().monitors[0]).toMatchObject({ wanted_dmarc_record: RECORD });
    expect(asked(sandbox)).toEqual(['GET list 200', 'PUT update 200']);
  });

  it('shows people the tags, and warns of a dropped address', async () => {
    const sandbox = await open();
    const { code, stdout, stderr } = await call(sandbox, update(sandbox, '--record', RECORD), PERSON);
    expect(code).toBe(0);
    expect(stdout).toMatch(/tag +│.*before +│.*after/);
    expect(stdout).toMatch(/p +│ none +│ reject/);
    expect(stdout).not.toMatch(/│ v +│/);
    expect(stderr).toBe(
      'dmarc-etl: warning: it drops the report address mailto:old@example.org of the record wanted so far: its reports will end\n',
    );
  });

  it('warns of a weaker and an invalid record, through a pipe too', async () => {
    const sandbox = await open(RECORD);
    const weak = await call(
      sandbox,
      update(sandbox, '--record', 'v=DMARC1; p=nnoe; rua=mailto:new@example.org'),
    );
    expect(weak.code).toBe(0);
    const { warnings } = JSON.parse(weak.stdout) as { warnings: string[] };
    expect(warnings).toEqual([
      'the record is invalid: p is none of none, quarantine, reject: nnoe',
      'it weakens the policy against the record wanted so far: p=reject becomes p=none',
    ]);
    for (const warning of warnings) expect(weak.stderr).toContain(warning);
  });

  it('sends nothing that is wanted already', async () => {
    const sandbox = await open(RECORD);
    const same = await call(sandbox, update(sandbox, '--record', RECORD));
    expect(JSON.parse(same.stdout)).toMatchObject({ action: 'unchanged', changes: [] });
    expect(asked(sandbox)).toEqual(['GET list 200']);
  });

  it.each([
    ['no record', [], /needs the new record/],
    ['an empty record', ['--record', ''], /the DMARC record is empty/],
    ['1,001 characters', ['--record', 'x'.repeat(1_001)], /has 1001 characters; the API takes at most 1000/],
  ])('refuses %s before anything is sent', async (_, flags, message) => {
    const sandbox = await open();
    const { code, stderr } = await call(sandbox, update(sandbox, ...flags));
    expect([code, sandbox.requests.total]).toEqual([2, 0]);
    expect(stderr).toMatch(message);
  });

  it('422 and 404 of the API are explained', async () => {
    const sandbox = await open();
    refuse(sandbox, 'PUT', 422, { message: 'Not good. #MS42299', errors: {} });
    const invalid = await call(sandbox, update(sandbox, '--record', RECORD));
    expect(invalid).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('what was sent is not accepted (422 #MS42299: Not good. #MS42299)'),
    });
    refuse(sandbox, 'PUT', 404, { message: 'Resource not found.' });
    const gone = await call(sandbox, update(sandbox, '--record', RECORD));
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('(404: Resource not found.)') });
  });

  it('names the monitors there are when the name fits none, and the ids when it fits several', async () => {
    const sandbox = await open();
    const none = await call(sandbox, ['monitors', 'update', 'none.example', '--record', RECORD]);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining(domainOf(sandbox)) });
    const [, second = ''] = monitorIds(sandbox);
    sandbox.setMonitor(second, { domain: { id: 'd', name: domainOf(sandbox) } });
    const several = await call(sandbox, update(sandbox, '--record', RECORD));
    expect(several).toMatchObject({ code: 2, stderr: expect.stringContaining(second) });
    expect(sandbox.requests.byEndpoint.update).toBeUndefined();
  });
});

describe('monitors delete', () => {
  it('with --yes deletes by id in one request', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 2 });
    const [id = '', other] = monitorIds(sandbox);
    const deleted = await call(sandbox, ['monitors', 'delete', id, '--yes']);
    expect(deleted).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(deleted.stdout)).toEqual({ action: 'deleted', monitor_id: id });
    expect(monitorIds(sandbox)).toEqual([other]);
    expect(asked(sandbox)).toEqual(['DELETE delete 204']);
  });

  it('404: a monitor that is gone', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const gone = await call(sandbox, ['monitors', 'delete', 'none', '--yes']);
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('(404: Resource not found.)') });
    expect(asked(sandbox)).toEqual(['DELETE delete 404']);
  });

  it('asks nobody where nobody is: nothing is sent without --yes', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const { code, stderr } = await call(sandbox, ['monitors', 'delete', firstMonitor(sandbox)]);
    expect([code, sandbox.requests.total]).toEqual([2, 0]);
    expect(stderr).toContain('--yes');
  });

  it.each([
    ['y', 0, 0],
    ['YES', 0, 0],
    ['n', 1, 1],
    ['', 1, 1],
    ['yes please', 1, 1],
    [null, 1, 1],
  ])('asks on a terminal; %j leaves exit code %d', async (answer, code, left) => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const told = await call(sandbox, ['monitors', 'delete', domainOf(sandbox)], { ...PERSON, answer });
    expect([told.code, monitorIds(sandbox).length]).toEqual([code, left]);
    const [id] = [...monitorIds(sandbox), /\((\w+)\)/.exec(told.stderr)?.[1]];
    expect(told.stderr).toContain(`(${id}) and end its reports? [y/N] `);
    expect(told.stderr.includes('Nothing was deleted')).toBe(left === 1);
  });
});

describe.each([
  ['add', 'PUT', 'favorite-add', 'added'],
  ['remove', 'DELETE', 'favorite-remove', 'removed'],
] as const)('favorites %s', (word, method, endpoint, done) => {
  it('takes several addresses, and tells of each', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1, ips: 40, days: 1 });
    const id = firstMonitor(sandbox);
    const ip = plainIp(sandbox);
    sandbox.setSource(id, ip, {});
    const told = await call(sandbox, ['favorites', word, id, ip, '192.0.2.255', '::ffff:198.51.100.255']);
    expect(told).toMatchObject({ code: 1, stderr: '' });
    const { addresses } = JSON.parse(told.stdout) as { addresses: Row[] };
    expect(addresses).toEqual([
      { ip, outcome: done, error: null },
      {
        ip: '192.0.2.255',
        outcome: 'refused',
        error: expect.stringContaining('is not among the source IPs'),
      },
      {
        ip: '198.51.100.255',
        outcome: 'refused',
        error: expect.stringContaining('(404: Resource not found.)'),
      },
    ]);
    expect(asked(sandbox)).toEqual([
      `${method} ${endpoint} 200`,
      `${method} ${endpoint} 404`,
      'GET report 200',
      `${method} ${endpoint} 404`,
    ]);
    expect(isFavorite(sandbox, ip)).toBe(word === 'add');
  });

  it("finds the report's own spelling of an address", async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1, ips: 60, days: 1 });
    const ip = plainIp(sandbox, false);
    const { canonical } = describeIp(ip);
    const told = await call(sandbox, ['favorites', word, domainOf(sandbox), canonical], PERSON);
    expect(told).toMatchObject({ code: 0, stdout: `${canonical}: ${done}\n` });
    expect(asked(sandbox)).toEqual([
      'GET list 200',
      `${method} ${endpoint} 404`,
      'GET report 200',
      `${method} ${endpoint} 200`,
    ]);
    expect(isFavorite(sandbox, ip)).toBe(word === 'add');
  });

  it('404: no such monitor', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const told = await call(sandbox, ['favorites', word, 'none', '192.0.2.1']);
    expect(told.code).toBe(1);
    expect(told.stdout).toContain('(404: Resource not found.)');
  });

  it('sends nothing if one word is no address', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const { code, stderr } = await call(sandbox, ['favorites', word, 'x', '192.0.2.1', '192.0.2.1/32']);
    expect([code, sandbox.requests.total]).toEqual([2, 0]);
    expect(stderr).toContain('"192.0.2.1/32" is no IP address');
  });

  it('stops at an error that is not about the address, and tells what was not sent', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1, readOnlyToken: READ_ONLY });
    const environment = { MAILERSEND_API_TOKEN: READ_ONLY };
    const words = ['favorites', word, firstMonitor(sandbox), '192.0.2.1', '192.0.2.2'];
    const { code, stdout, stderr } = await call(sandbox, words, { environment });
    expect(code).toBe(4);
    expect(stderr).toContain('dmarc_monitoring_full');
    expect((JSON.parse(stdout) as { addresses: Row[] }).addresses.map(({ outcome }) => outcome)).toEqual([
      'failed',
      'not_sent',
    ]);
    expect(sandbox.requests.total).toBe(1);
  });
});

describe('--dry-run', () => {
  it.each([
    [
      'create',
      (s: Sandbox) => ['monitors', 'create', spareDomain(s)],
      'POST',
      '',
      { domain_id: expect.any(String) },
    ],
    [
      'update',
      (s: Sandbox) => ['monitors', 'update', firstMonitor(s), '--record', RECORD],
      'PUT',
      '/ID',
      { wanted_dmarc_record: RECORD },
    ],
    ['delete', (s: Sandbox) => ['monitors', 'delete', domainOf(s)], 'DELETE', '/ID', undefined],
    [
      'add',
      (s: Sandbox) => ['favorites', 'add', domainOf(s), '2001:DB8::1'],
      'PUT',
      '/ID/favorite/2001%3Adb8%3A%3A1',
      undefined,
    ],
    ['remove', () => ['favorites', 'remove', 'm', '192.0.2.1'], 'DELETE', '/m/favorite/192.0.2.1', undefined],
  ])('%s: prints the request and sends none that changes anything', async (_, words, method, path, body) => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const before = sandbox.truth().monitors;
    const url = `${sandbox.url}/dmarc-monitoring${path.replace('ID', firstMonitor(sandbox))}`;
    const told = await call(sandbox, [...words(sandbox), '--dry-run']);
    expect(told.code).toBe(0);
    expect(JSON.parse(told.stdout)).toMatchObject({
      dry_run: true,
      requests: [{ method, url, ...(body && { body }) }],
    });
    expect(`${told.stdout}${told.stderr}`).not.toContain(sandbox.token);
    const shown = await call(sandbox, [...words(sandbox), '--dry-run'], PERSON);
    expect(shown.stdout).toContain(`would send ${method} ${url}`);
    expect(sandbox.requests.list.filter((request) => request.method !== 'GET')).toEqual([]);
    expect(sandbox.truth().monitors).toEqual(before);
  });
});

describe('all of them', () => {
  const EVERY = [
    ['monitors', 'list'],
    ['monitors', 'create', 'd'],
    ['monitors', 'update', 'm', '--record', RECORD],
    ['monitors', 'delete', 'm', '--yes'],
    ['monitors', 'report', 'm'],
    ['monitors', 'report', 'm', '192.0.2.1'],
    ['monitors', 'sources', 'm'],
    ['favorites', 'add', 'm', '192.0.2.1'],
    ['favorites', 'remove', 'm', '192.0.2.1'],
  ].map((words) => [words.join(' '), words] as const);

  it.each(EVERY)('%s: ends with 4 and one sentence when the token is wrong', async (_, words) => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const environment = { MAILERSEND_API_TOKEN: 'mlsn.wrong-token-0123456789' };
    const { code, stdout, stderr } = await call(sandbox, words, { environment });
    expect(code).toBe(4);
    expect(stderr).toMatch(/^dmarc-etl: the API refuses the request \(401\): the token is not valid\n/);
    expect(`${stdout}${stderr}`).not.toContain('wrong-token');
  });

  it.each(EVERY)('%s: leaves the reserve of the quota alone', async (_, words) => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1, quota: 10, quotaUsed: 9 });
    const { code, stderr } = await call(sandbox, words);
    expect([code, sandbox.requests.total]).toEqual([1, 0]);
    expect(stderr).toContain("the day's quota is used up to its reserve");
  });

  it('lets nothing in an answer steer the terminal', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const id = firstMonitor(sandbox);
    const evil = 'v=DMARC1; p=none; x=\x1b[2J\u202e';
    sandbox.setMonitor(id, { wanted_dmarc_record: evil, domain: { id: 'd', name: `\x1b[31m.example` } });
    for (const words of [['list'], ['update', id, '--record', RECORD]]) {
      const { stdout, stderr } = await call(sandbox, ['monitors', ...words], PERSON);
      for (const steering of ['\x1b', '\u202e']) expect(`${stdout}${stderr}`).not.toContain(steering);
    }
    const answer = await call(sandbox, ['monitors', 'delete', id], { ...PERSON, answer: 'n' });
    expect(answer.stderr).not.toContain('\x1b');
  });
});

describe('the built program', () => {
  it('drives a write and a read through a pipe', async () => {
    const sandbox = await openSandbox({ pagination: 'links', monitors: 1 });
    const environment = { MAILERSEND_API_TOKEN: sandbox.token };
    const flags = ['--api-url', sandbox.url];
    const created = await runProgram(['monitors', 'create', spareDomain(sandbox), ...flags], environment);
    expect(created).toMatchObject({ code: 0, stderr: '' });
    const listed = await runProgram(['monitors', 'list', ...flags], environment);
    expect(JSON.parse(listed.stdout)).toEqual(sandbox.truth().monitors);
    const [, id = ''] = monitorIds(sandbox);
    const refused = await runProgram(['monitors', 'delete', id, ...flags], environment);
    expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
    expect(await runProgram(['monitors', 'delete', id, '--yes', ...flags], environment)).toMatchObject({
      code: 0,
    });
    expect(monitorIds(sandbox)).toHaveLength(1);
  });
});
