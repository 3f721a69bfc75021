import { DEFAULT_OUT } from '../options.ts';

/** Where the dataset is; the same for every command that reads or writes one. */
export const OUT_FLAG = {
  out: { type: 'string', requiresArg: true, default: DEFAULT_OUT, describe: 'directory of the dataset' },
} as const;
