import type { Options } from 'yargs';

/** Flags of a command: name → what it takes. */
export type Flags = Readonly<Record<string, Options>>;
