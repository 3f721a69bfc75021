import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerJson } from '../extract/scripted-server.ts';
import { runProgram } from './built-program.ts';

const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version']).length > 0;
  } catch {
    return false;
  }
})();

const LOGIN = `Basic ${Buffer.from('u:s@cret').toString('base64')}`;

describe.skipIf(!hasOpenssl)('an API behind a proxy and a private CA', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dmarc-etl-proxied-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const servers: Server[] = [];
  const seen: { target: string; token: string | undefined }[] = [];
  let proxy = '';

  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };

  beforeAll(async () => {
    const subject = ['-subj', '/CN=api.test', '-addext', 'subjectAltName=DNS:api.test'];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject];
    execFileSync('openssl', [...made, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const api = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      seen.push({ target: request.url ?? '', token: request.headers.authorization });
      answerJson(response, 200, request.url === '/v1/api-quota' ? { quota: 9, remaining: 9 } : { data: [] });
    });
    const apiPort = await listen(api);
    const tunnels = createServer().on('connect', ({ url = '', headers }, socket) => {
      if (headers['proxy-authorization'] !== LOGIN) {
        socket.end('HTTP/1.1 407 No\r\n\r\n');
        return;
      }
      seen.push({ target: `CONNECT ${url}`, token: headers.authorization });
      const upstream = connect(apiPort, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    proxy = `127.0.0.1:${await listen(tunnels)}`;
  });

  afterAll(() => {
    for (const server of servers) server.close();
    rmSync(directory, { recursive: true });
  });

  const list = (environment: Readonly<Record<string, string>>) => {
    seen.length = 0;
    const words = ['monitors', 'list', '--json', '--api-url', 'https://api.test/v1'];
    return runProgram(words, { MAILERSEND_API_TOKEN: 'mlsn.x', ...environment });
  };

  it('is reached, and the proxy sees no token', async () => {
    const HTTPS_PROXY = `u:s%40cret@${proxy}`;
    const ended = await list({ https_proxy: '', HTTPS_PROXY, NODE_EXTRA_CA_CERTS: cert });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const tunnels = seen.filter(({ target }) => target.startsWith('CONNECT'));
    expect(tunnels[0]).toEqual({ target: 'CONNECT api.test:443', token: undefined });
    expect(tunnels.every(({ token }) => token === undefined)).toBe(true);
    const asked = seen.filter(({ target }) => target.startsWith('/v1/'));
    expect(asked.map(({ token }) => token)).toEqual(['Bearer mlsn.x', 'Bearer mlsn.x']);
  });

  it.each([
    [
      'u:s%40cret@',
      /the certificate of https:\/\/api\.test is not accepted, through the proxy .*\n.*NODE_EXTRA_CA_CERTS/,
    ],
    ['u:wrong@', /the proxy http:\/\/127\.0\.0\.1:\d+ \(HTTPS_PROXY\) does not take its user and password/],
    ['', /the proxy http:\/\/127\.0\.0\.1:\d+ \(HTTPS_PROXY\) wants a user and password \(status 407\)/],
    ['socks5://u:s%40cret@', /HTTPS_PROXY is a SOCKS proxy \(socks5:\/\/127/],
  ])('a proxy given as %s… is told, without its password', async (login, told) => {
    const { code, stderr } = await list({ HTTPS_PROXY: `${login}${proxy}` });
    expect(code).toBe(login.startsWith('socks') ? 2 : 1);
    expect(stderr).toMatch(told);
    expect(stderr).not.toMatch(/cret|wrong@/);
    expect(stderr.trimEnd().split('\n').length).toBe(2);
  });
});
