import type { Options } from 'yargs';
import { ROWS, thresholdRow } from '../config/rows.ts';
import { resolveSettings, type Settings } from '../config/settings.ts';
import { THRESHOLD_FLAG } from '../config/threshold-flag.ts';
import type { Terminal } from '../present/terminal.ts';
import type { Flags } from './flags.ts';

const CONFIG_FLAG: Options = {
  type: 'string',
  requiresArg: true,
  describe: 'configuration file',
  defaultDescription: './dmarc-etl.config.json, if there is one',
};

/** The row of each option that is a flag of its own name. */
const BY_NAME = new Map(ROWS.map((row) => [row.name, row]));

/** Whether a command has flags that can be set elsewhere, too. */
export function isConfigurable(flags: Flags): boolean {
  return Object.keys(flags).some((name) => BY_NAME.has(name));
}

/** The flags of a command, and `--config` where others can be set in a file. */
export function allFlags(flags: Flags): Flags {
  return isConfigurable(flags) ? { ...flags, config: CONFIG_FLAG } : flags;
}

/** The flags as yargs gets them: without the defaults of what can be set elsewhere, so that an absent flag is seen. */
export function flagsForParser(flags: Flags): Flags {
  return Object.fromEntries(
    Object.entries(allFlags(flags)).map(([name, flag]) => [name, flagForParser(name, flag)]),
  );
}

function flagForParser(name: string, flag: Options): Options {
  const option = name === 'threshold' ? THRESHOLD_FLAG : BY_NAME.get(name)?.option;
  if (option === undefined) return flag;
  const { type, describe, requiresArg, array, choices } = flag;
  const told = 'unset' in option ? option.unset : 'default' in option ? option.default : undefined;
  return {
    ...{ type, describe },
    ...(requiresArg === undefined ? {} : { requiresArg }),
    ...(array === undefined ? {} : { array }),
    ...(choices === undefined ? {} : { choices }),
    ...(told === undefined || told === false ? {} : { defaultDescription: String(told) }),
  };
}

/**
 * The values that a command gets: what its flags say, and for each that was not given what environment, configuration
 * file and defaults say. Settings are null for a command without such flags. Throws ConfigurationError.
 */
export function configure(
  flags: Flags,
  parsed: Readonly<Record<string, unknown>>,
  { environment }: Pick<Terminal, 'environment'>,
): { readonly values: Readonly<Record<string, unknown>>; readonly settings: Settings | null } {
  if (!isConfigurable(flags)) return { values: parsed, settings: null };
  const settings = resolveSettings(parsed, environment, process.cwd());
  return { values: { ...parsed, ...valuesOf(flags, settings) }, settings };
}

function valuesOf(flags: Flags, { list }: Settings): Record<string, unknown> {
  const own = list.filter(({ row }) => Object.hasOwn(flags, row.name));
  const values: Record<string, unknown> = Object.fromEntries(own.map(({ row, value }) => [row.name, value]));
  if (Object.hasOwn(flags, 'threshold')) values.threshold = thresholdValues(list);
  return values;
}

function thresholdValues(list: Settings['list']): readonly string[] {
  return list.flatMap(({ row, value }) => {
    const name = row.path.at(-1) ?? '';
    return row.name === thresholdRow(name) ? [`${name}=${value}`] : [];
  });
}
