import { redactor } from '../present/redact.ts';
import type { Terminal } from '../present/terminal.ts';
import { terminalLines } from '../present/terminal-text.ts';
import { explainError } from './explain-error.ts';

/** Says on stderr what went wrong and resolves to the exit code. A stack is only shown with DMARC_ETL_DEBUG=1. */
export async function tellError(error: unknown, terminal: Terminal): Promise<number> {
  const { message, hint, exitCode } = explainError(error);
  const lines = [`dmarc-etl: ${message}`];
  if (hint !== undefined) lines.push(hint);
  if (terminal.environment.DMARC_ETL_DEBUG === '1') lines.push(stackOf(error));
  const redact = redactor(terminal.secrets);
  await terminal.stderr.write(`${lines.map((line) => terminalLines(redact(line))).join('\n')}\n`);
  return exitCode;
}

/** The stack, and those of the causes. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const stack = error.stack ?? '';
  return error.cause === undefined
    ? stack
    : `${stack}\ncaused by: ${stackOf(error.cause) || String(error.cause)}`;
}
