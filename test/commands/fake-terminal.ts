import { PassThrough } from 'node:stream';
import type { Output, Terminal } from '../../src/present/terminal.ts';

/** A terminal that keeps what is written. */
export interface FakeTerminal extends Terminal {
  /** What stdout and stderr hold. */
  told(): { readonly stdout: string; readonly stderr: string };
}

export interface FakeTerminalOptions {
  readonly isTTY?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export function fakeTerminal({ isTTY = false, environment = {} }: FakeTerminalOptions = {}): FakeTerminal {
  const stdout = fakeOutput(isTTY);
  const stderr = fakeOutput(isTTY);
  return {
    stdout,
    stderr,
    environment,
    program: 'dmarc-etl',
    secrets: new Set(),
    told: () => ({ stdout: stdout.text(), stderr: stderr.text() }),
  };
}

function fakeOutput(isTTY: boolean): Output & { text(): string } {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return {
    isTTY,
    columns: isTTY ? 80 : null,
    stream,
    async write(piece) {
      stream.write(piece);
    },
    text: () => text,
  };
}
