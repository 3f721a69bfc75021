import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EnvHttpProxyAgent, request } from 'undici';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../src/errors.ts';
import { isExempt } from '../src/no-proxy.ts';
import { type ProxyEnvironment, resolveProxy } from '../src/proxy.ts';

const API = 'https://api.example';

const addressOf = (environment: ProxyEnvironment, url = API) => {
  const proxy = resolveProxy(url, environment);
  return proxy === null ? null : `${proxy.address} ${proxy.variable}`;
};

describe('the proxy of the environment', () => {
  it.each<[ProxyEnvironment, string | null]>([
    [{}, null],
    [{ https_proxy: '', HTTPS_PROXY: '  ' }, null],
    [{ HTTPS_PROXY: 'http://p.example:3128/' }, 'http://p.example:3128 HTTPS_PROXY'],
    [{ https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:1' }, 'http://a:1 https_proxy'],
    [{ https_proxy: '', HTTPS_PROXY: 'http://b:1' }, 'http://b:1 HTTPS_PROXY'],
    [{ HTTP_PROXY: 'http://c:1' }, 'http://c:1 HTTP_PROXY'],
    [{ HTTP_PROXY: 'http://c:1', HTTPS_PROXY: 'http://b:1' }, 'http://b:1 HTTPS_PROXY'],
    [{ ALL_PROXY: 'http://d:1' }, 'http://d:1 ALL_PROXY'],
    [{ all_proxy: 'http://e:1', HTTPS_PROXY: '' }, 'http://e:1 all_proxy'],
    [{ ALL_PROXY: 'socks5://s:1080', HTTPS_PROXY: 'http://b:1' }, 'http://b:1 HTTPS_PROXY'],
    [{ ALL_PROXY: 'socks5://s:1080', NO_PROXY: 'api.example' }, null],
    [{ HTTPS_PROXY: 'host:3128' }, 'http://host:3128 HTTPS_PROXY'],
    [{ HTTPS_PROXY: ' proxy.example ' }, 'http://proxy.example:80 HTTPS_PROXY'],
    [{ HTTPS_PROXY: 'https://p.example' }, 'https://p.example:443 HTTPS_PROXY'],
    [{ HTTPS_PROXY: '[2001:db8::1]:3128' }, 'http://[2001:db8::1]:3128 HTTPS_PROXY'],
    [{ HTTPS_PROXY: 'HTTP://u:p@P.example:8080' }, 'http://p.example:8080 HTTPS_PROXY'],
    [{ HTTPS_PROXY: 'http://b:1', NO_PROXY: 'x.example' }, 'http://b:1 HTTPS_PROXY'],
    [{ HTTPS_PROXY: 'http://b:1', no_proxy: '', NO_PROXY: '.example' }, null],
    [{ HTTPS_PROXY: 'http://b:1', NO_PROXY: '*' }, null],
  ])('%j: %s', (environment, expected) => {
    expect(addressOf(environment)).toBe(expected);
  });

  it('is of the scheme', () => {
    const environment = { HTTPS_PROXY: 'http://b:1', HTTP_PROXY: 'http://c:1' };
    expect(addressOf(environment, 'http://api.example')).toBe('http://c:1 HTTP_PROXY');
    expect(addressOf({ HTTPS_PROXY: 'http://b:1' }, 'http://api.example')).toBeNull();
  });

  it.each([
    ['http://u:p@h:1', 'u:p'],
    ['u:p@h:1', 'u:p'],
    ['http://u%40x:p%3A%25@h:1', 'u@x:p:%'],
    ['http://u:50%@h:1', 'u:50%'],
    ['http://u@h:1', 'u:'],
  ])('has its user and password in a header: %s', (HTTPS_PROXY, expected) => {
    const { authorization = '' } = resolveProxy(API, { HTTPS_PROXY }) ?? {};
    expect(authorization).toBe(`Basic ${Buffer.from(expected).toString('base64')}`);
  });

  it.each([
    'socks5://u:secret@s.example:1080',
    'SOCKS5h://u:secret@s.example:1080',
    'ftp://u:secret@h',
    'http://u:secret@h:99999',
    'http://u:secret#x@h:1',
    'http://u:12/secret@h:1',
    'http://',
    'http://u:secret@',
    '::secret::',
  ])('is refused by the name of its variable, and without its password: %s', (text) => {
    const refused = () => resolveProxy(API, { HTTPS_PROXY: '', all_proxy: text });
    expect(refused).toThrow(ConfigurationError);
    expect(refused).toThrow(/all_proxy/);
    expect(refused).not.toThrow(/secret/);
  });
});

const NO_PROXIES = [
  ...[
    '',
    '*',
    'example',
    'api.example',
    '.api.example',
    '*.example',
    'pi.example',
    'API.EXAMPLE',
    'a,api.example',
  ],
  ...[
    'a api.example',
    'api.example:443',
    'api.example:444',
    'api.example:8443',
    '*,',
    ' ',
    ',',
    '.',
    '10.0.0.0/8',
  ],
  ...['api.example:0', '10.1.2.3', '[2001:db8::1]', '2001:db8::1', 'localhost', 'b.api.example'],
];
const URLS = [
  'https://api.example/v1',
  'https://api.example:8443/v1',
  'https://10.1.2.3/v1',
  'https://[2001:db8::1]/v1',
];

it('NO_PROXY means what it means to undici', async () => {
  const proxy = createServer().on('connect', (_, socket) => socket.end('HTTP/1.1 403 No\r\n\r\n'));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const httpsProxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  for (const noProxy of NO_PROXIES) {
    const dispatcher = new EnvHttpProxyAgent({
      httpsProxy,
      noProxy,
      connect: (_options, callback) => callback(new Error('direct'), null),
    });
    for (const url of URLS) {
      const { message } = (await request(url, { dispatcher }).catch(
        (error: Error) => error as Error & { message: string },
      )) as Error;
      expect([noProxy, url, isExempt(new URL(url), noProxy)]).toEqual([noProxy, url, message === 'direct']);
    }
    await dispatcher.destroy();
  }
  await new Promise((resolve) => proxy.close(resolve));
});
