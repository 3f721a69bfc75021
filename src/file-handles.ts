import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/** Whether this process can open no further file: then other errors (no such host, no such package) only follow from it. */
export function isOutOfFileHandles(): boolean {
  try {
    closeSync(openSync(devNull, 'r'));
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EMFILE' || code === 'ENFILE';
  }
}
