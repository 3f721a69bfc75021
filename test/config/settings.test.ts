import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configurationDocument } from '../../scripts/configuration-document.ts';
import { dispatch } from '../../src/commands/dispatch.ts';
import { RUN_FLAGS } from '../../src/commands/run-flags.ts';
import { configurationSchema } from '../../src/config/schema.ts';
import { resolveSettings } from '../../src/config/settings.ts';
import { OPTIONS } from '../../src/option-table.ts';
import { fakeTerminal } from '../commands/fake-terminal.ts';

const scratch = mkdtempSync(join(tmpdir(), 'dmarc-etl-settings-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const TOKEN = 'mlsn.0123456789abcdef0123456789abcdef';

/** A configuration file with this text or object. */
function fileWith(content: unknown): string {
  const path = join(scratch, 'dmarc-etl.config.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** The message and hint of the error, or null. */
function refusal(content: unknown, environment: Readonly<Record<string, string>> = {}): string | null {
  try {
    resolveSettings({ config: fileWith(content) }, environment, scratch);
    return null;
  } catch (error) {
    const { message, hint } = error as Error & { hint?: string };
    return [message, hint].join(' | ');
  }
}

const settingOf = (name: string, settings: ReturnType<typeof resolveSettings>) =>
  settings.list.find(({ row }) => row.name === name)?.value;

describe('a configuration file', () => {
  it('is found in the working directory, and its paths are seen from where it is', () => {
    fileWith({ $schema: 'x', out: './data', token_file: '/etc/token' });
    const settings = resolveSettings({}, {}, scratch);
    expect(settings.file).toBe(join(scratch, 'dmarc-etl.config.json'));
    expect(settingOf('out', settings)).toBe(join(scratch, 'data'));
    expect(settingOf('token-file', settings)).toBe('/etc/token');
  });

  it('need not be there, unless it is named', () => {
    const empty = mkdtempSync(join(tmpdir(), 'dmarc-etl-none-'));
    expect(resolveSettings({}, {}, empty).file).toBeNull();
    expect(() => resolveSettings({}, { DMARC_ETL_CONFIG: 'none.json' }, empty)).toThrow(
      `${join(empty, 'none.json')} cannot be read: ENOENT`,
    );
    rmSync(empty, { recursive: true });
  });

  it.each([
    [{ quota_resreve: '1%' }, /there is no option quota_resreve \| Did you mean quota_reserve\?/],
    [{ 'quota-reserve': '1%' }, /there is no option quota-reserve \| Did you mean quota_reserve\?/],
    [{ thresholds: { window_dais: 1 } }, /no option thresholds\.window_dais \| Did you mean window_days\?/],
    [{ frobnicate: 1 }, /there is no option frobnicate \| `dmarc-etl config`/],
    [{ thresholds: 3 }, /thresholds takes an object/],
    [{ rate: '60' }, /rate takes a number, not a string/],
    [{ full: 'yes' }, /full takes a boolean/],
    [{ monitor: 'a.example' }, /monitor takes a list of texts/],
    [{ concurrency: 0 }, /config\.json: concurrency takes a whole number from 1 to 64, not 0/],
    [{ deadline: 'soon' }, /config\.json: deadline takes a duration/],
    [{ log_level: 'loud' }, /log_level takes one of trace/],
    [{ thresholds: { class_share: 2 } }, /thresholds\.class_share takes a number from 0 to 1, not 2/],
    [{ thresholds: { window_days: 1.5 } }, /thresholds\.window_days takes a whole number/],
    ['{"rate": 1,}', /is not JSON/],
    ['[]', /is no JSON object/],
  ])('%j is refused', (content, message) => {
    expect(refusal(content)).toMatch(message);
  });

  it.each([
    { token: TOKEN },
    { api_token: 'x' },
    { mailersend_api_key: 'x' },
    { token_file: TOKEN },
    { out: TOKEN },
    `{"token": "${TOKEN}",}`,
  ])('with a token in it is refused, and the token is not repeated', (content) => {
    const told = refusal(content);
    expect(told).toMatch(/holds a token|is not JSON/);
    expect(told).not.toContain(TOKEN);
  });
});

describe('the environment', () => {
  it.each([
    [
      { DMARC_ETL_CONCURENCY: '1' },
      /DMARC_ETL_CONCURENCY, which is no option \| Did you mean DMARC_ETL_CONCURRENCY/,
    ],
    [{ DMARC_ETL_TOKEN: TOKEN }, /DMARC_ETL_TOKEN is no option \| Put the token into MAILERSEND_API_TOKEN/],
    [{ DMARC_ETL_RATE: 'fast' }, /DMARC_ETL_RATE takes a number, not fast/],
    [{ DMARC_ETL_FULL: 'perhaps' }, /DMARC_ETL_FULL takes true or false/],
    [{ DMARC_ETL_CONCURRENCY: '65' }, /DMARC_ETL_CONCURRENCY takes a whole number/],
    [{ DMARC_ETL_OUT: TOKEN }, /DMARC_ETL_OUT holds an API token/],
    [{ DMARC_ETL_PING_URL: 'https://u:p@a.example' }, /DMARC_ETL_PING_URL takes a URL without a user/],
  ])('%j is refused', (environment, message) => {
    const told = refusal({}, environment as Record<string, string>);
    expect(told).toMatch(message);
    expect(told).not.toContain(TOKEN);
  });

  it('may hold what is empty, what debugs, and what Kubernetes puts there', () => {
    const environment = {
      ...{ DMARC_ETL_RATE: '', DMARC_ETL_DEBUG: '1', DMARC_ETL_PORT: 'tcp://10.0.0.1:80' },
      ...{ DMARC_ETL_SERVICE_HOST: '10.0.0.1', DMARC_ETL_PORT_80_TCP_ADDR: '10.0.0.1' },
    };
    expect(settingOf('rate', resolveSettings({}, environment, scratch))).toBeUndefined();
  });

  it('has the older name of the API URL, after its own', () => {
    const older = { MAILERSEND_API_BASE_URL: 'https://a.example/v1' };
    expect(settingOf('api-url', resolveSettings({}, older, '/'))).toBe('https://a.example/v1');
    const both = { ...older, DMARC_ETL_API_URL: 'https://b.example/v1' };
    expect(settingOf('api-url', resolveSettings({}, both, '/'))).toBe('https://b.example/v1');
  });
});

describe('the command line', () => {
  async function call(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const terminal = fakeTerminal({ environment });
    const code = await dispatch(words, terminal).catch((error: Error) => error.message);
    return { code, ...terminal.told() };
  }

  it('gives every command with options what environment and file say', async () => {
    const config = ['--config', fileWith({ out: './nowhere' })];
    for (const command of ['status', 'check', 'replay']) {
      expect((await call([command, ...config])).code).toContain(join(scratch, 'nowhere'));
      expect((await call([command], { DMARC_ETL_OUT: '/nowhere' })).code).toContain('/nowhere');
    }
  });

  it('refuses a threshold that there is not, with the nearest', async () => {
    expect((await call(['config', '--threshold', 'window_day=3'])).code).toBe(
      'there is no threshold window_day',
    );
    expect((await call(['config', '--threshold', 'window_days'])).code).toContain('such as window_days=30');
  });

  it('tells what is in force and hides the token', async () => {
    const config = ['--config', fileWith({ rate: 30 })];
    const { code, stdout } = await call(['config', ...config], { MAILERSEND_API_TOKEN: TOKEN });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^token +\(hidden\) +MAILERSEND_API_TOKEN$/m);
    expect(stdout).toMatch(/^rate +30 +\S+config\.json: rate$/m);
    expect(stdout).not.toContain(TOKEN);
    const json = await call(['config', ...config, '--json'], { MAILERSEND_API_TOKEN: TOKEN });
    expect(JSON.parse(json.stdout)).toMatchObject({ token: { is_set: true, from: 'MAILERSEND_API_TOKEN' } });
    expect(json.stdout).not.toContain(TOKEN);
  });

  it('has every option on `config` and, but for what watches a run, on `run`', () => {
    const { 'metrics-file': _file, 'ping-url': _url, ...others } = OPTIONS;
    expect(RUN_FLAGS).toMatchObject(others);
  });
});

describe('what is made from the table of options', () => {
  it('is current: the JSON schema and docs/configuration.md', async () => {
    const schema = `${JSON.stringify(configurationSchema(), null, 2)}\n`;
    await expect(schema).toMatchFileSnapshot('../../dmarc-etl.schema.json');
    await expect(configurationDocument()).toMatchFileSnapshot('../../docs/configuration.md');
  });
});
