import { type FileSystem, nodeFileSystem } from '../../src/files.ts';
import { type SeamCall, watchFiles, wordsOf } from './fault-seam.ts';

/** What goes wrong at the n-th change. */
export interface Fault {
  /** 1-based number of the state-changing call. */
  readonly at: number;
  /** Counts only the calls whose words are like this. */
  readonly of?: RegExp;
  /** `stop` = the process is dead from there on; else the code of an error, once or at every later call, too. */
  readonly kind: 'stop' | 'once' | 'for ever';
  readonly code?: 'ENOSPC' | 'EIO' | 'EACCES';
}

/** A call of a process that is dead. */
export class Stopped extends Error {}

/** Calls that a full disk does not hinder. */
const NEED_NO_SPACE = new Set([
  'chmod',
  'rm',
  'unlink',
  'handle.chmod',
  'handle.datasync',
  'handle.sync',
  'handle.truncate',
]);

/** A file system in which one thing goes wrong. */
export class FaultyFiles {
  readonly files: FileSystem;
  /** Every state-changing call, in order. */
  readonly changes: SeamCall[] = [];
  /** The call that the fault hit first. */
  hit: SeamCall | null = null;
  readonly #fault: Fault | null;
  #isDead = false;
  #counted = 0;

  constructor(fault: Fault | null, inner: FileSystem = nodeFileSystem) {
    this.#fault = fault;
    this.files = watchFiles(inner, { before: (call) => this.#before(call) });
  }

  /** From now on every call fails. */
  stop(): void {
    this.#isDead = true;
  }

  async #before(call: SeamCall): Promise<void> {
    if (this.#isDead) throw new Stopped(`stopped before ${call.name} ${call.path}`);
    if (!call.isChange) return;
    this.changes.push(call);
    const fault = this.#fault;
    if (fault === null || (fault.of !== undefined && !fault.of.test(wordsOf(call)))) return;
    this.#counted += 1;
    if (this.#counted < fault.at) return;
    const isFirst = this.#counted === fault.at;
    if (!isFirst && (fault.kind !== 'for ever' || NEED_NO_SPACE.has(call.name))) return;
    this.hit ??= call;
    if (fault.kind === 'stop') this.stop();
    if (fault.code === 'ENOSPC' || fault.kind === 'stop') await call.writeHalf();
    throw fault.kind === 'stop' ? new Stopped(`stopped at ${call.name} ${call.path}`) : errorOf(fault, call);
  }
}

function errorOf({ code = 'EIO' }: Fault, { name, path }: SeamCall): Error {
  const syscall = name.replace('handle.', '');
  const said = { ENOSPC: 'no space left on device', EIO: 'i/o error', EACCES: 'permission denied' }[code];
  return Object.assign(new Error(`${code}: ${said}, ${syscall} '${path}'`), { code, syscall, path });
}
