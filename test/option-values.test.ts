import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../src/errors.ts';
import { readSize } from '../src/option-values.ts';

describe('a size', () => {
  it.each([
    ['208MB', 208_000_000],
    ['1.5GB', 1_500_000_000],
    ['512MiB', 536_870_912],
    [' 64 mb ', 64_000_000],
    ['2TiB', 2_199_023_255_552],
    ['100kb', 100_000],
    ['1G', 1_000_000_000],
  ])('%s is %i bytes', (text, bytes) => {
    expect(readSize(text, '--memory-limit')).toBe(bytes);
  });

  it.each(['', '224', 'MB', '0MB', '-1MB', '1e3MB', '224 megabytes', '50%', '224MBB', '99999999TB'])(
    '%j is refused by the name of its option',
    (text) => {
      expect(() => readSize(text, '--memory-limit')).toThrow(ConfigurationError);
      expect(() => readSize(text, '--memory-limit')).toThrow(
        `--memory-limit takes a size such as 256MB or 1GB, not ${text}`,
      );
    },
  );

  it('is whole bytes, or refused, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{1,8}[kmgt]?i?b?$/)), (text) => {
        try {
          expect(readSize(text, 'x')).toBeGreaterThan(0);
          expect(Number.isSafeInteger(readSize(text, 'x'))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError);
        }
      }),
    );
  });
});
