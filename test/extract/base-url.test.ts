import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/errors.ts';
import { parseBaseUrl } from '../../src/extract/base-url.ts';

test.each([
  [undefined, 'https://api.mailersend.com/v1', 'https://api.mailersend.com', false],
  ['https://api.mailersend.com/v1/', 'https://api.mailersend.com/v1', 'https://api.mailersend.com', false],
  [
    'https://gateway.example/mailersend/v1//',
    'https://gateway.example/mailersend/v1',
    'https://gateway.example',
    false,
  ],
  ['http://127.0.0.1:8025/v1', 'http://127.0.0.1:8025/v1', 'http://127.0.0.1:8025', true],
  ['http://localhost:8025/v1', 'http://localhost:8025/v1', 'http://localhost:8025', true],
  ['http://[::1]:8025/v1', 'http://[::1]:8025/v1', 'http://[::1]:8025', true],
  ['https://localhost/v1', 'https://localhost/v1', 'https://localhost', true],
])('%s is %s', (text, href, origin, isLoopback) => {
  expect(parseBaseUrl(text)).toEqual({ href, origin, isLoopback });
});

test.each([
  ['api.mailersend.com/v1', 'no absolute URL'],
  ['', 'no absolute URL'],
  ['http://api.mailersend.com/v1', 'must be https'],
  ['http://127.0.0.1.evil.example/v1', 'must be https'],
  ['ftp://api.mailersend.com/v1', 'must be https'],
  ['https://api.mailersend.com', 'lacks the version path'],
  ['https://api.mailersend.com/', 'lacks the version path'],
  ['https://api.mailersend.com/v1?x=1', 'query or a fragment'],
  ['https://user:secret@api.mailersend.com/v1', 'user or password'],
])('%s is refused', (text, reason) => {
  expect(() => parseBaseUrl(text)).toThrow(ConfigurationError);
  expect(() => parseBaseUrl(text)).toThrow(reason);
  expect(() => parseBaseUrl(text)).not.toThrow(/secret/);
});
