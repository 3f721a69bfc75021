import { existsSync } from 'node:fs';
import { EtlError, EXIT, ResourceError } from '../errors.ts';
import { isOutOfFileHandles } from '../file-handles.ts';
import { type MachineFault, machineFault, OUT_OF_HANDLES } from '../machine-fault.ts';

/** An error as it is told. */
export interface ExplainedError {
  /** Class of the error. */
  readonly name: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly exitCode: number;
}

/** An error of ours as it is, but with what this machine lacks as its hint; another one as what this machine lacks. */
export function explainError(error: unknown): ExplainedError {
  const fault = missingHandles(error) ?? machineFault(error);
  if (error instanceof EtlError) {
    const { name, message, exitCode } = error;
    return { name, message, exitCode, hint: error.hint ?? fault?.hint };
  }
  const said = error instanceof Error ? error.message : String(error);
  if (fault !== null) {
    const message = `${fault.message}: ${said}`;
    return { name: ResourceError.name, message, hint: fault.hint, exitCode: EXIT.failed };
  }
  const name = error instanceof Error ? error.name : 'Error';
  return { name, message: said || 'failed without a reason', hint: undefined, exitCode: EXIT.failed };
}

/** Node says that a package is missing also where it only could not open its files. */
function missingHandles(error: unknown): MachineFault | null {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND')
    return null;
  const path = /^Cannot find (?:package|module) '([^']+)'/.exec(error.message)?.[1] ?? '';
  return existsSync(path) || isOutOfFileHandles() ? OUT_OF_HANDLES : null;
}
