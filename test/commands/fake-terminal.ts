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
  /** What the person types to any question; nobody is there by default. */
  readonly answer?: string | null;
}

export function fakeTerminal(options: FakeTerminalOptions = {}): FakeTerminal {
  const { isTTY = false, environment = {}, answer } = options;
  const stdout = fakeOutput(isTTY);
  const stderr = fakeOutput(isTTY);
  return {
    stdout,
    stderr,
    question:
      answer === undefined
        ? null
        : async (text) => {
            await stderr.write(text);
            return answer;
          },
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
