/** What an examination found about one thing. */
export interface Finding {
  /** The thing: `token`, `clock`, `lock`. */
  readonly name: string;
  /** `warn`: a run works, but something is not as it should be. `fail`: a run fails. */
  readonly level: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do about it; null if it is ok. */
  readonly hint: string | null;
}

export function ok(name: string, message: string): Finding {
  return { name, level: 'ok', message, hint: null };
}

export function warn(name: string, message: string, hint: string): Finding {
  return { name, level: 'warn', message, hint };
}

export function fail(name: string, message: string, hint: string): Finding {
  return { name, level: 'fail', message, hint };
}
