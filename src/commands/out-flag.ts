import { OPTIONS } from '../option-table.ts';

/** Where the dataset is; the same for every command that reads or writes one. */
export const OUT_FLAG = { out: OPTIONS.out } as const;
