import type { InferredOptionTypes } from 'yargs';
import type { Settings } from '../config/settings.ts';
import { ConfigurationError } from '../errors.ts';
import { nearest } from '../present/nearest.ts';
import type { Terminal } from '../present/terminal.ts';
import { allFlags } from './configure.ts';
import type { Flags } from './flags.ts';

/** A command of the command line. Its file loads nothing heavy until `run` is called. */
export interface Command<F extends Flags = Flags> {
  /** One word, or that of its group and its own. */
  readonly name: string;
  /** A positional argument that it cannot do without. */
  readonly operand?: { readonly name: string; readonly describe: string };
  /** Positional arguments after it; `most` null = any number. */
  readonly further?: {
    readonly name: string;
    readonly describe: string;
    readonly least: 0 | 1;
    readonly most: 1 | null;
  };
  readonly describe: string;
  readonly flags: F;
  /** Command line → what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /**
   * Resolves to the exit code; what it throws, `dispatch` tells. `values` are those of the flags; what was not given
   * comes from environment, configuration file and defaults, and `settings` say from where.
   */
  run(
    values: InferredOptionTypes<F>,
    operand: string,
    terminal: Terminal,
    further: readonly string[],
    settings: Settings | null,
  ): Promise<number>;
}

/** Commands that share their first word. */
export interface CommandGroup {
  readonly name: string;
  readonly describe: string;
  readonly commands: readonly Command[];
}

/** A command with its flags' types kept for `run`, as the list of commands takes it. */
export function defineCommand<const F extends Flags>(command: Command<F>): Command {
  return command as unknown as Command;
}

/** What yargs adds on its own. */
const ALWAYS_KNOWN = ['_', '$0', 'help', 'h', 'version'];

/**
 * Refuses what the command does not take: unknown flags (with the nearest known one), too many or too few words,
 * numbers that are none, and what is given twice. Throws ConfigurationError.
 */
export function checkArguments(command: Command, parsed: Readonly<Record<string, unknown>>): void {
  const hint = `See \`dmarc-etl ${command.name} --help\`.`;
  const flags = Object.keys(allFlags(command.flags));
  for (const name of Object.keys(parsed)) {
    if (ALWAYS_KNOWN.includes(name) || flags.includes(name)) continue;
    throw new ConfigurationError(`${command.name} has no flag --${name}`, {
      hint: suggestion(name, flags, '--') ?? hint,
    });
  }
  for (const [name, flag] of Object.entries(allFlags(command.flags))) {
    const value = parsed[name];
    if (Number.isNaN(value)) throw new ConfigurationError(`--${name} takes a number`, { hint });
    if (Array.isArray(value) && flag.array !== true) {
      throw new ConfigurationError(`--${name} is given more than once`, { hint });
    }
  }
  checkOperands(command, operandsOf(command, parsed), hint);
}

/** The words after the command's own. */
export function operandsOf({ name }: Command, parsed: Readonly<Record<string, unknown>>): readonly string[] {
  return (parsed._ as readonly unknown[]).slice(name.split(' ').length).map(String);
}

function checkOperands({ name, operand, further }: Command, words: readonly string[], hint: string): void {
  if (operand !== undefined && words.length === 0) {
    throw new ConfigurationError(`${name} needs ${operand.describe}`, { hint });
  }
  if (further !== undefined && words.length < 1 + further.least) {
    throw new ConfigurationError(`${name} needs ${further.describe}`, { hint });
  }
  if (further?.most === null) return;
  const extra = words[(operand === undefined ? 0 : 1) + (further?.most ?? 0)];
  if (extra !== undefined)
    throw new ConfigurationError(`${name} does not take the argument ${extra}`, { hint });
}

/** `Did you mean …?`, or null if nothing is near. */
export function suggestion(word: string, candidates: readonly string[], prefix = ''): string | null {
  const best = nearest(word, candidates);
  return best === null ? null : `Did you mean ${prefix}${best}?`;
}
