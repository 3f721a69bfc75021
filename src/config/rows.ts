import { THRESHOLDS } from '../contract/thresholds.ts';
import { OPTIONS } from '../option-table.ts';

/** A value as flags hold it, and configuration files. */
export type OptionValue = string | number | boolean | readonly string[];

/** An option, whatever its type. */
export interface AnyOption {
  readonly type: 'string' | 'number' | 'boolean';
  readonly array?: true;
  readonly choices?: readonly string[];
  readonly describe: string;
  readonly default?: OptionValue;
  /** What holds without a value, in words. */
  readonly unset?: string;
  /** Whether it is a path: in a configuration file it is seen from there. */
  readonly isPath?: true;
  /** An older variable of the same meaning, after its own. */
  readonly variable?: string;
  read(value: never, name: string): unknown;
}

/** Something that can be set, and every name it goes by. */
export interface Row {
  /** `quota-reserve`, or `threshold window_days`. */
  readonly name: string;
  /** `--quota-reserve`, or `--threshold window_days=…`. */
  readonly flag: string;
  /** Environment variables, the first that is set counts. */
  readonly variables: readonly string[];
  /** Keys in a configuration file, from the outermost. */
  readonly path: readonly string[];
  readonly option: AnyOption;
}

/** What the variables of this program begin with. */
export const VARIABLE_PREFIX = 'DMARC_ETL_';

/** The key of a configuration file that holds the thresholds. */
export const THRESHOLDS_KEY = 'thresholds';

/** The name of a threshold's row. */
export function thresholdRow(name: string): string {
  return `threshold ${name}`;
}

/** Everything that can be set, in the order in which it is told. */
export const ROWS: readonly Row[] = [
  ...Object.entries(OPTIONS).map(([name, option]) => optionRow(name, option)),
  ...THRESHOLDS.map(({ name, value, description, read }) => ({
    name: thresholdRow(name),
    flag: `--threshold ${name}=…`,
    variables: [variableOf(`threshold_${name}`)],
    path: [THRESHOLDS_KEY, name],
    option: { type: 'number', describe: description, default: value, read } as const,
  })),
];

function optionRow(name: string, option: AnyOption): Row {
  return {
    name,
    flag: `--${name}`,
    variables: [variableOf(name), ...(option.variable === undefined ? [] : [option.variable])],
    path: [name.replaceAll('-', '_')],
    option,
  };
}

function variableOf(name: string): string {
  return `${VARIABLE_PREFIX}${name.replaceAll('-', '_').toUpperCase()}`;
}
