import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/errors.ts';
import type { MadeUpFault } from '../../src/sandbox/faults.ts';
import { runProgram } from '../commands/built-program.ts';
import { answerJson, type ScriptedServer, startServer } from '../extract/scripted-server.ts';
import { Account } from '../run/night.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** An account, and a server at another origin that would answer like the API. */
async function openBoth(): Promise<{ account: Account; other: ScriptedServer }> {
  const other = await startServer((_, response) => answerJson(response, 200, { data: [] }));
  const account = await Account.open({ monitors: 2, ips: 2, days: 2, today: '2025-11-05' });
  open.push(other, account);
  return { account, other };
}

describe('the token goes to the configured API only', () => {
  it.each([301, 307])('a %i to another host is not followed', async (status) => {
    const { account, other } = await openBoth();
    const redirect: MadeUpFault = { status, headers: { location: `${other.url}/dmarc-monitoring` } };
    account.sandbox.configure({ faultAt: ({ path }) => (path.endsWith('/report') ? redirect : null) });
    const summary = await account.run();
    expect(summary.status).toBe('partial');
    expect(other.requests).toEqual([]);
  });

  it('a link to another host is not followed: the next page is asked of the API', async () => {
    const { account, other } = await openBoth();
    const { monitors } = account.sandbox.truth();
    const links = { next: `${other.url}/dmarc-monitoring?page=2` };
    const body = JSON.stringify({ data: monitors.slice(0, 1), links });
    const pages: (string | null)[] = [];
    account.sandbox.configure({
      faultAt: ({ path, query }) => {
        if (path !== '/v1/dmarc-monitoring') return null;
        pages.push(query.get('page'));
        return query.get('page') === '1' ? { status: 200, body } : null;
      },
    });
    await account.run();
    expect(pages.slice(0, 2)).toEqual(['1', '2']);
    expect(other.requests).toEqual([]);
    expect(account.events).toContainEqual({ type: 'foreign-link', origin: new URL(other.url).origin });
  });

  it.each([
    'http://api.mailersend.com/v1',
    'http://10.0.0.1/v1',
    'http://localhost.example/v1',
    'http://127.0.0.1@api.example/v1',
    'file:///v1',
  ])('%s is refused before anything is sent or made', async (apiUrl) => {
    const { account } = await openBoth();
    await expect(account.run({ apiUrl })).rejects.toThrow(ConfigurationError);
    expect(account.sandbox.requests.total).toBe(0);
    await expect(readFile(account.out)).rejects.toThrow('ENOENT');
  });
});

const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version']).length > 0;
  } catch {
    return false;
  }
})();

describe('a certificate that nobody vouches for', () => {
  it.skipIf(!hasOpenssl)('is refused, whatever the environment says', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'dmarc-etl-tls-'));
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject];
    execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    let asked = 0;
    const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) => {
      asked += 1;
      answerJson(response, 200, { data: [] });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const url = `https://localhost:${(server.address() as AddressInfo).port}/v1`;
    const words = ['run', '--api-url', url, '--out', join(directory, 'out')];
    const environment = { MAILERSEND_API_TOKEN: 'mlsn.x', NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const { code, stderr } = await runProgram(words, environment);
    expect(code).toBe(1);
    expect(stderr).toContain('self-signed certificate');
    expect(stderr).toContain('NODE_EXTRA_CA_CERTS');
    expect(asked).toBe(0);
  });
});
