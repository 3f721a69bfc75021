import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { SANDBOX_FLAGS } from '../../src/commands/sandbox.ts';
import { resolveOptions } from '../../src/sandbox/resolve-options.ts';
import { PROGRAM, runProgram, startNode } from './built-program.ts';

describe('the flags of sandbox', () => {
  it("have the sandbox's own defaults and choices", () => {
    const options: Record<string, unknown> = { ...resolveOptions({}) };
    for (const [name, flag] of Object.entries(SANDBOX_FLAGS)) {
      if (!('default' in flag)) continue;
      const option = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      expect([option, options[option]]).toEqual([option, flag.default]);
    }
    for (const pagination of SANDBOX_FLAGS.pagination.choices) resolveOptions({ pagination });
    for (const percent of SANDBOX_FLAGS.percent.choices) resolveOptions({ percent });
    for (const dateFilters of SANDBOX_FLAGS['date-filters'].choices) resolveOptions({ dateFilters });
    for (const order of SANDBOX_FLAGS.order.choices) resolveOptions({ order });
  });
});

describe('dmarc-etl sandbox', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('serves an account until %s', async (signal, code) => {
    const child = startNode([
      PROGRAM,
      'sandbox',
      '--monitors',
      '2',
      '--ips',
      '3',
      '--days',
      '4',
      '--rate-limit',
      '0',
    ]);
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    const [, url = '', token = ''] = /url\s+(\S+)\ntoken\s+(\S+)\n/.exec(chunk.toString()) ?? [];
    expect(chunk.toString()).toContain(`MAILERSEND_API_TOKEN=${token} node `);
    const answer = await fetch(`${url}/dmarc-monitoring`, { headers: { authorization: `Bearer ${token}` } });
    expect(((await answer.json()) as { data: unknown[] }).data).toHaveLength(2);
    const ended = once(child, 'exit');
    child.kill(signal);
    expect(await ended).toEqual([code, null]);
  });

  it('says which port is taken', async () => {
    const first = startNode([PROGRAM, 'sandbox']);
    const [chunk] = (await once(first.stdout, 'data')) as [Buffer];
    const [, port = ''] = /127\.0\.0\.1:(\d+)/.exec(chunk.toString()) ?? [];
    const second = await runProgram(['sandbox', '--port', port]);
    first.kill();
    expect(second).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the port cannot be listened on'),
    });
  });
});
