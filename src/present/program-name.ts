import { basename, relative } from 'node:path';

const NAME = 'dmarc-etl';

/** How to call this program again from `directory`, given the script that Node was started with. */
export function programName(script: string | undefined, directory: string): string {
  if (script === undefined || basename(script) === NAME) return NAME;
  return `node ${shellWord(relative(directory, script))}`;
}

/** `text` as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
