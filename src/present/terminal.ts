/** A stream that text goes to. */
export interface Output {
  readonly isTTY: boolean;
  /** Columns of the terminal; null if it is none. */
  readonly columns: number | null;
  /** Resolves when more can be written. Once the reader is gone, what is written vanishes without a word. */
  write(text: string): Promise<void>;
  /** The stream itself, for what draws on it. */
  readonly stream: NodeJS.WritableStream;
}

/** What a command has of the world around it. */
export interface Terminal {
  /** Results. */
  readonly stdout: Output;
  /** People and logs. */
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * Asks the person at the terminal on stderr and resolves to the line that is typed; null if none is (end of input,
   * Ctrl-C). Null itself where nobody can answer.
   */
  readonly question: ((text: string) => Promise<string | null>) | null;
  /** How this program was called, e.g. `dmarc-etl` or `node dist/cli.js`: for lines to copy. */
  readonly program: string;
  /** What must never be printed; commands add to it before they use a secret. */
  readonly secrets: Set<string>;
}

/** The terminal of this process. */
export function processTerminal(program: string): Terminal {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    question: process.stdin.isTTY && process.stderr.isTTY ? askPerson : null,
    environment: process.env,
    program,
    secrets: new Set(),
  };
}

async function askPerson(text: string): Promise<string | null> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(null));
    // Readline takes Ctrl-C for itself: it is handed on to whoever listens for the signal.
    lines.once('SIGINT', () => {
      process.emit('SIGINT', 'SIGINT');
      lines.close();
    });
    lines.question(text, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

/** Wraps a stream. A reader that went away (EPIPE) is no error; any other error of the stream is thrown as usual. */
export function outputOf(stream: NodeJS.WriteStream): Output {
  let readerIsGone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    readerIsGone = true;
    stream.emit('drain');
  });
  return {
    isTTY: stream.isTTY === true,
    columns: stream.isTTY ? stream.columns : null,
    stream,
    async write(text) {
      if (readerIsGone || stream.write(text)) return;
      await new Promise((resolve) => stream.once('drain', resolve));
    },
  };
}
