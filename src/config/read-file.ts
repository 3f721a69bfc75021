import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigurationError } from '../errors.ts';
import { nearest } from '../present/nearest.ts';
import type { Given, GivenValues } from './given.ts';
import { type AnyOption, type OptionValue, ROWS, THRESHOLDS_KEY } from './rows.ts';

/** The configuration file that is read without being named, where there is one in the working directory. */
export const DEFAULT_FILE = 'dmarc-etl.config.json';

/** A configuration file that was read. */
export interface ConfigurationFile {
  readonly path: string;
  readonly values: GivenValues;
}

/**
 * Reads the configuration file `named`, or the one in `directory` if there is one; null if there is none. Paths in it
 * are seen from where it is. Throws ConfigurationError for a file that cannot be read or is no JSON object, for keys
 * that there are not, for values of another type, and for a token.
 */
export function readConfigurationFile(
  named: string | undefined,
  directory: string,
): ConfigurationFile | null {
  const path = resolve(directory, named ?? DEFAULT_FILE);
  const text = readText(path, named !== undefined);
  return text === null ? null : { path, values: valuesOf(parseObject(path, text), path) };
}

function readText(path: string, isNamed: boolean): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !isNamed) return null;
    throw new ConfigurationError(`the configuration file ${path} cannot be read: ${code}`, { cause });
  }
}

type Json = Readonly<Record<string, unknown>>;

/** The parser's own message is not repeated: it quotes the file, which may hold a token by mistake. */
function parseObject(path: string, text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigurationError(`${path} is not JSON`, { hint: 'JSON has no comments and no last comma.' });
  }
  if (isObject(value)) return value;
  throw new ConfigurationError(`${path} is no JSON object`);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valuesOf(json: Json, path: string): GivenValues {
  refuseSecrets(json, path);
  refuseUnknown(json, path, []);
  const thresholds = json[THRESHOLDS_KEY] ?? {};
  if (!isObject(thresholds)) {
    throw new ConfigurationError(`${path}: ${THRESHOLDS_KEY} takes an object of names and numbers`);
  }
  refuseUnknown(thresholds, path, [THRESHOLDS_KEY]);
  const given = new Map<string, Given>();
  for (const row of ROWS) {
    const [outer = '', inner] = row.path;
    const value = inner === undefined ? json[outer] : thresholds[inner];
    if (value === undefined) continue;
    const where = `${path}: ${row.path.join('.')}`;
    given.set(row.name, { value: checked(row.option, value, where, dirname(path)), where });
  }
  return given;
}

/** Keys that want to hold the token, however they are spelt. */
const SECRET_KEY = /token|key|secret|password|credential/i;

/** What a token of the API begins with. */
const TOKEN_LIKE = /\bmlsn\./;

function refuseSecrets(json: Json, path: string): void {
  for (const [key, value] of Object.entries(json)) {
    const isSecret = SECRET_KEY.test(key) && !ROWS.some((row) => row.path[0] === key);
    if (!isSecret && !(typeof value === 'string' && TOKEN_LIKE.test(value))) continue;
    throw new ConfigurationError(`${path}: ${key} holds a token, and a configuration file must not`, {
      hint: 'Put the token into MAILERSEND_API_TOKEN, or into a file of its own that token_file names; replace it if others could read this one.',
    });
  }
}

function refuseUnknown(json: Json, path: string, above: readonly string[]): void {
  const known = ROWS.filter((row) => row.path.length > above.length).map(
    (row) => row.path[above.length] ?? '',
  );
  const allowed = above.length === 0 ? [...known, '$schema'] : known;
  for (const key of Object.keys(json)) {
    if (allowed.includes(key)) continue;
    const best = nearest(key, allowed);
    throw new ConfigurationError(`${path}: there is no option ${[...above, key].join('.')}`, {
      hint: best === null ? '`dmarc-etl config` lists the options.' : `Did you mean ${best}?`,
    });
  }
}

function checked(option: AnyOption, value: unknown, where: string, directory: string): OptionValue {
  if (option.array === true) {
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw new ConfigurationError(`${where} takes a list of texts`);
  }
  if (typeof value !== option.type)
    throw new ConfigurationError(`${where} takes a ${option.type}, not a ${typeof value}`);
  return option.isPath === true ? resolve(directory, String(value)) : (value as OptionValue);
}
