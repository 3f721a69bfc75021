import { describe, expect, it } from 'vitest';
import { createLog, type LogOptions } from '../../src/present/log.ts';
import { redactor } from '../../src/present/redact.ts';

const TOKEN = 'mlsn."odd\\token/+';

function logInto(lines: string[], options: Partial<LogOptions> = {}) {
  return createLog({
    level: 'info',
    form: 'json',
    colors: false,
    secrets: [TOKEN],
    write: (line) => lines.push(line),
    ...options,
  });
}

describe('createLog', () => {
  it('writes JSON lines with an ISO time, from the level on', () => {
    const lines: string[] = [];
    const log = logInto(lines, { level: 'warn' });
    log.info('not told');
    log.warn({ monitor: 'm1' }, 'slow');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 40,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      monitor: 'm1',
      msg: 'slow',
    });
  });

  it.each(['json', 'pretty'] as const)('holds the token in no spelling and no place (%s)', (form) => {
    const lines: string[] = [];
    const log = logInto(lines, { form });
    log.info({ url: `https://x/?t=${encodeURIComponent(TOKEN)}`, [TOKEN]: TOKEN }, `token ${TOKEN}`);
    log.error(new Error(`refused ${TOKEN}`, { cause: new Error(TOKEN) }));
    const text = lines.join('');
    for (const spelling of [TOKEN, JSON.stringify(TOKEN).slice(1, -1), encodeURIComponent(TOKEN)]) {
      expect(text).not.toContain(spelling);
    }
    expect(text).toContain('[redacted]');
  });

  it('lets no stranger steer the terminal', () => {
    const lines: string[] = [];
    logInto(lines, { form: 'pretty' }).warn({ reporter: '\x1b[2J\u202e' }, 'odd \x1b]0;x\x07');
    expect(lines.join('')).toContain('odd \\x1b]0;x\\x07');
    expect(lines.join('')).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  });
});

describe('redactor', () => {
  it('does nothing for an empty secret, and takes the longer of two first', () => {
    expect(redactor([''])('text')).toBe('text');
    expect(redactor(['abc', 'abcdef'])('xabcdefx abc')).toBe('x[redacted]x [redacted]');
  });
});
