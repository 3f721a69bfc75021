/** What this machine or process has run out of, and what to do about it. */
export interface MachineFault {
  readonly message: string;
  readonly hint: string;
}

const NO_MEMORY: MachineFault = {
  message: 'there is not enough memory',
  hint: 'Allow this process more memory and address space (`ulimit -v`, MemoryMax= in systemd), or end what else needs it.',
};

export const OUT_OF_HANDLES: MachineFault = {
  message: 'this process has no free file handles (EMFILE)',
  hint: 'Raise `ulimit -n` (LimitNOFILE= in systemd) to 1024 or more.',
};

const BY_CODE: Readonly<Record<string, MachineFault>> = {
  EMFILE: OUT_OF_HANDLES,
  ENFILE: {
    message: 'this machine has no free file handles (ENFILE)',
    hint: 'End what holds so many files open, or raise fs.file-max.',
  },
  ENOMEM: NO_MEMORY,
  ENOBUFS: {
    message: 'this machine has no free network buffers (ENOBUFS)',
    hint: 'End what holds so many connections open, and give the machine more memory.',
  },
};

/** How V8 and DuckDB say it, without a code. */
const BY_MESSAGE: readonly (readonly [RegExp, MachineFault | undefined])[] = [
  [/too many open files in system/i, BY_CODE.ENFILE],
  [/too many open files/i, BY_CODE.EMFILE],
  [/WebAssembly\.\w+\(\): Out of memory|Array buffer allocation failed/i, NO_MEMORY],
  [/(could not|cannot) allocate memory/i, NO_MEMORY],
];

/** Causes of causes that are looked at. */
const DEEPEST = 5;

/** The fault of this machine that an error tells of, itself or by its causes; null if it is of another kind. */
export function machineFault(error: unknown, depth = 0): MachineFault | null {
  if (!(error instanceof Error) || depth > DEEPEST) return null;
  const { code } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : BY_CODE[code];
  if (known !== undefined) return known;
  const [, told] = BY_MESSAGE.find(([pattern]) => pattern.test(error.message)) ?? [];
  if (told !== undefined) return told;
  const inner = error instanceof AggregateError ? [...error.errors, error.cause] : [error.cause];
  return inner.map((one) => machineFault(one, depth + 1)).find((fault) => fault !== null) ?? null;
}
