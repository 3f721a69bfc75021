import { mkdir } from 'node:fs/promises';
import type { Database } from '../../src/load/database.ts';

/** What goes wrong with DuckDB: at the n-th call that `of` is like. */
export interface DatabaseFault {
  readonly of: RegExp;
  readonly at?: number;
  /**
   * `before`, `after` = the process is dead before or after the call; `fatal` = DuckDB's word for a broken instance;
   * `checkpoint`, `copy` = DuckDB itself fails: its own switch for a broken checkpoint, a directory in the file's place.
   */
  readonly how: 'before' | 'after' | 'fatal' | 'checkpoint' | 'copy';
}

/** Which fault the databases of this process have, and what was seen of it. */
export const state: { fault: DatabaseFault | null; isHit: boolean; counted: number } = {
  fault: null,
  isHit: false,
  counted: 0,
};

/** Sets the fault of the next run; null = none. */
export function setFault(fault: DatabaseFault | null): void {
  Object.assign(state, { fault, isHit: false, counted: 0 });
}

const FATAL = 'FATAL Error: Failed: database has been invalidated because of a previous fatal error.';

/** A database in which one thing goes wrong; `dies` is told when the process is to be dead. */
export function faultyDatabase(inner: Database, dies: () => void): Database {
  const guard = async <T>(words: string, call: () => Promise<T>): Promise<T> => {
    const { fault } = state;
    if (fault === null || !fault.of.test(words)) return call();
    state.counted += 1;
    if (state.counted < (fault.at ?? 1)) return call();
    if (state.counted > (fault.at ?? 1)) throw new Error(FATAL);
    state.isHit = true;
    return strike(inner, fault, words, call, dies);
  };
  return {
    path: inner.path,
    run: (sql) => guard(sql, () => inner.run(sql)),
    rows: (sql, values) => guard(sql, () => inner.rows(sql, values)),
    stream: (sql) => inner.stream(sql),
    append: (table, batch) => guard(`APPEND ${table}`, () => inner.append(table, batch)),
    flush: () => guard('FLUSH', () => inner.flush()),
    transaction: (work) =>
      guard('TRANSACTION', () =>
        inner.transaction(() => work().then((done) => guard('COMMIT', async () => done))),
      ),
    limit: (limits) => guard('LIMIT', () => inner.limit(limits)),
    close: () => inner.close(),
  };
}

async function strike<T>(
  inner: Database,
  { how }: DatabaseFault,
  words: string,
  call: () => Promise<T>,
  dies: () => void,
): Promise<T> {
  if (how === 'checkpoint') await inner.run("SET debug_checkpoint_abort = 'before_header'");
  if (how === 'copy') await mkdir(/TO '([^']+)'/.exec(words)?.[1] ?? '');
  if (how === 'fatal') throw new Error(FATAL);
  if (how === 'checkpoint' || how === 'copy') return call();
  if (how === 'after') await call();
  dies();
  throw new Error(`stopped ${how} ${words.trim().slice(0, 40)}`);
}
