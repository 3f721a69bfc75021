import { describe, expect, it } from 'vitest';
import { tellError } from '../../src/commands/tell-error.ts';
import { ApiError, AuthenticationError, BusyError, CheckError, DataError } from '../../src/errors.ts';
import { fakeTerminal } from './fake-terminal.ts';

describe('tellError', () => {
  it.each([
    [
      new AuthenticationError('refused', { hint: 'Ask for another token.' }),
      4,
      'refused\nAsk for another token.\n',
    ],
    [new CheckError('orphans'), 5, 'orphans\n'],
    [new BusyError('held by process 12'), 75, 'held by process 12\n'],
    [new ApiError('no answer'), 1, 'no answer\n'],
    [new TypeError('x is not a function'), 1, 'x is not a function\n'],
    ['thrown text', 1, 'thrown text\n'],
    [
      Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' }),
      1,
      'this process has no free file handles (EMFILE): EMFILE: too many open files\nRaise `ulimit -n` (LimitNOFILE= in systemd) to 1024 or more.\n',
    ],
    [
      new DataError('the journal cannot be written', {
        cause: Object.assign(new Error(), { code: 'ENFILE' }),
      }),
      1,
      'the journal cannot be written\nEnd what holds so many files open, or raise fs.file-max.\n',
    ],
    [
      Object.assign(new Error("Cannot find package '/no/such/path' imported from x"), {
        code: 'ERR_MODULE_NOT_FOUND',
      }),
      1,
      "Cannot find package '/no/such/path' imported from x\n",
    ],
    [new Error(''), 1, 'failed without a reason\n'],
  ])('tells %o with exit code %d', async (error, code, text) => {
    const terminal = fakeTerminal();
    expect(await tellError(error, terminal)).toBe(code);
    expect(terminal.told()).toEqual({ stdout: '', stderr: `dmarc-etl: ${text}` });
  });

  it('shows stacks, causes included, only with DMARC_ETL_DEBUG=1', async () => {
    const terminal = fakeTerminal({ environment: { DMARC_ETL_DEBUG: '1' } });
    await tellError(new ApiError('no answer', { cause: new Error('reset') }), terminal);
    expect(terminal.told().stderr).toMatch(
      /ApiError: no answer\n {4}at [\s\S]*caused by: Error: reset\n {4}at /,
    );
  });

  it('prints no secret and nothing that steers the terminal', async () => {
    const terminal = fakeTerminal({ environment: { DMARC_ETL_DEBUG: '1' } });
    terminal.secrets.add('mlsn.secret');
    await tellError(new Error('sent mlsn.secret\x1b[2J', { cause: new Error('mlsn.secret') }), terminal);
    expect(terminal.told().stderr).not.toContain('mlsn.secret');
    expect(terminal.told().stderr).toContain('sent [redacted]\\x1b[2J');
  });
});
