import { type DestinationStream, destination, type Level, type Logger, pino, stdTimeFunctions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { redactor } from './redact.ts';
import { terminalText } from './terminal-text.ts';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
export type LogLevel = Level | 'silent';

export interface LogOptions {
  readonly level: LogLevel;
  /** `json`: one object a line, for machines. `pretty`: for people. */
  readonly form: 'json' | 'pretty';
  readonly colors: boolean;
  /** Removed from every line, wherever they stand in it. */
  readonly secrets: Iterable<string>;
  /** Takes a line, its line break included; by default file descriptor 2, written before the call returns. */
  readonly write?: (line: string) => void;
}

/** A log whose lines hold no secret and, in the form for people, nothing that steers a terminal. */
export function createLog(options: LogOptions): Log {
  // Made for each line: a secret may be learnt while the log is open.
  const redact = (line: string) => redactor(options.secrets)(line);
  const write = options.write ?? writeToStderr();
  const format = options.form === 'json' ? (line: string) => line : prettyFormat(options.colors);
  const stream: DestinationStream = { write: (line) => write(format(redact(line))) };
  return pino({ level: options.level, base: null, timestamp: stdTimeFunctions.isoTime }, stream);
}

function writeToStderr(): (line: string) => void {
  const stderr = destination({ dest: 2, sync: true });
  return (line) => {
    stderr.write(line);
  };
}

function prettyFormat(colorize: boolean): (line: string) => string {
  const pretty = prettyFactory({ colorize, translateTime: 'SYS:HH:MM:ss', singleLine: true });
  return (line) =>
    pretty(JSON.parse(line, (_, value) => (typeof value === 'string' ? terminalText(value) : value)));
}
