import { ConfigurationError } from '../errors.ts';
import type { Environment } from '../options.ts';
import { nearest } from '../present/nearest.ts';
import type { Given, GivenValues } from './given.ts';
import { type AnyOption, type OptionValue, ROWS, VARIABLE_PREFIX } from './rows.ts';

/** The variable that names a configuration file. */
export const FILE_VARIABLE = `${VARIABLE_PREFIX}CONFIG`;

/** Variables of ours that set no option. */
const OTHER_VARIABLES: readonly string[] = [FILE_VARIABLE, `${VARIABLE_PREFIX}DEBUG`];

/** What Kubernetes tells every container of a service that is named like this program. */
const OF_KUBERNETES = /^DMARC_ETL_(SERVICE_|PORT$|PORT_)/;

/**
 * What the environment gives; an empty variable gives nothing. Throws ConfigurationError for a variable of ours that
 * there is not, and for a text that is no value of its type.
 */
export function readEnvironment(environment: Environment): GivenValues {
  refuseUnknown(environment);
  const given = new Map<string, Given>();
  for (const { name, variables, option } of ROWS) {
    const where = variables.find((variable) => (environment[variable] ?? '').trim() !== '');
    if (where === undefined) continue;
    given.set(name, { value: parseText(option, environment[where]?.trim() ?? '', where), where });
  }
  return given;
}

function refuseUnknown(environment: Environment): void {
  const known = [...ROWS.flatMap(({ variables }) => variables), ...OTHER_VARIABLES];
  for (const name of Object.keys(environment)) {
    if (!name.startsWith(VARIABLE_PREFIX) || OF_KUBERNETES.test(name) || known.includes(name)) continue;
    if (/^DMARC_ETL_(API_)?(TOKEN|KEY)$/.test(name)) {
      throw new ConfigurationError(`${name} is no option`, {
        hint: 'Put the token into MAILERSEND_API_TOKEN, or name a file that holds it with DMARC_ETL_TOKEN_FILE.',
      });
    }
    const best = nearest(name, known);
    throw new ConfigurationError(`the environment has ${name}, which is no option`, {
      hint: best === null ? '`dmarc-etl config` lists the options.' : `Did you mean ${best}?`,
    });
  }
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'true', 'yes', 'on'].map((word) => [word, true] as const),
  ...['0', 'false', 'no', 'off'].map((word) => [word, false] as const),
]);

function parseText({ type, array }: AnyOption, text: string, where: string): OptionValue {
  if (array === true) {
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  if (type === 'string') return text;
  const value = type === 'boolean' ? WORDS.get(text.toLowerCase()) : numberOf(text);
  if (value !== undefined) return value;
  throw new ConfigurationError(
    type === 'boolean' ? `${where} takes true or false, not ${text}` : `${where} takes a number, not ${text}`,
  );
}

function numberOf(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
