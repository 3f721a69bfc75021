import { ConfigurationError } from '../errors.ts';
import type { OptionName } from '../option-table.ts';
import type { Environment } from '../options.ts';
import { redactor } from '../present/redact.ts';
import type { GivenValues } from './given.ts';
import { FILE_VARIABLE, readEnvironment } from './read-environment.ts';
import { type ConfigurationFile, readConfigurationFile } from './read-file.ts';
import { readFlags } from './read-flags.ts';
import { type OptionValue, ROWS, type Row } from './rows.ts';

export type Origin = 'flag' | 'environment' | 'file' | 'default';

/** What is in force for one option, and where it came from. */
export interface Setting {
  readonly row: Row;
  /** Undefined where there is neither a value nor a default. */
  readonly value: OptionValue | undefined;
  readonly origin: Origin;
  /** The flag, the variable, or the file and its key; null for a default. */
  readonly where: string | null;
}

/** Everything that is in force. */
export interface Settings {
  /** The configuration file that was read; null if there is none. */
  readonly file: string | null;
  readonly list: readonly Setting[];
}

/**
 * Resolves every option: flags over environment over configuration file over defaults. `flags` are those that were
 * given, `directory` is the working directory. Throws ConfigurationError naming what cannot be used and where it stands.
 */
export function resolveSettings(
  flags: Readonly<Record<string, unknown>>,
  environment: Environment,
  directory: string,
): Settings {
  const file = readConfigurationFile(fileNamed(flags, environment), directory);
  const sources = sourcesOf(flags, environment, file);
  const list = ROWS.map((row) => Object.freeze(settle(row, sources)));
  return Object.freeze({ file: file?.path ?? null, list: Object.freeze(list) });
}

function fileNamed(flags: Readonly<Record<string, unknown>>, environment: Environment): string | undefined {
  const named = flags.config ?? environment[FILE_VARIABLE]?.trim();
  return named === undefined || named === '' ? undefined : String(named);
}

type Source = readonly [Exclude<Origin, 'default'>, GivenValues];

/** The first that has a value counts. */
function sourcesOf(
  flags: Readonly<Record<string, unknown>>,
  environment: Environment,
  file: ConfigurationFile | null,
): readonly Source[] {
  return [
    ['flag', readFlags(flags)],
    ['environment', readEnvironment(environment)],
    ['file', file?.values ?? new Map()],
  ];
}

function settle(row: Row, sources: readonly Source[]): Setting {
  for (const [origin, values] of sources) {
    const given = values.get(row.name);
    if (given === undefined) continue;
    refuseToken(given.value, given.where);
    row.option.read(given.value as never, given.where);
    return { row, value: given.value, origin, where: given.where };
  }
  return { row, value: row.option.default, origin: 'default', where: null };
}

/** A token in the wrong place would be printed by `config` and by errors. */
function refuseToken(value: OptionValue, where: string): void {
  if (typeof value !== 'string' || redactor([])(value) === value) return;
  throw new ConfigurationError(`${where} holds an API token, which does not belong there`, {
    hint: 'Put it into MAILERSEND_API_TOKEN, or into a file that token_file names.',
  });
}

/** What is in force for an option; undefined where nothing is. */
export function settingOf(settings: Settings | null, name: OptionName): OptionValue | undefined {
  return settings?.list.find(({ row }) => row.name === name)?.value;
}
