import yargs, { type Argv } from 'yargs';
import { ConfigurationError, EXIT } from '../errors.ts';
import type { Terminal } from '../present/terminal.ts';
import { programVersion } from '../program-version.ts';
import { checkCommand } from './check.ts';
import { type Command, type CommandGroup, checkArguments, operandsOf, suggestion } from './command.ts';
import { completionCommand } from './completion.ts';
import { configCommand } from './config.ts';
import { configure, flagsForParser, isConfigurable } from './configure.ts';
import { doctorCommand } from './doctor.ts';
import { favoritesCommands } from './favorites.ts';
import { monitorsCommands } from './monitors.ts';
import { planCommand } from './plan.ts';
import { queryCommand } from './query.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { sandboxCommand } from './sandbox.ts';
import { schemaCommand } from './schema.ts';
import { statusCommand } from './status.ts';
import { viewsCommand } from './views.ts';

/** Every command, as the help lists them. */
export const COMMANDS: readonly (Command | CommandGroup)[] = [
  runCommand,
  planCommand,
  replayCommand,
  statusCommand,
  viewsCommand,
  queryCommand,
  schemaCommand,
  checkCommand,
  monitorsCommands,
  favoritesCommands,
  configCommand,
  doctorCommand,
  sandboxCommand,
  completionCommand(() => COMMANDS),
];

/**
 * Runs the command that `words` name and resolves to the exit code. Throws what the command throws, and
 * ConfigurationError for words that no command takes.
 */
export async function dispatch(words: readonly string[], terminal: Terminal): Promise<number> {
  let work: () => Promise<number> = () => complain(words, parser, terminal);
  const choose: Choose = (chosen) => {
    work = chosen;
  };
  const parser = COMMANDS.reduce(
    (made, command) =>
      'commands' in command
        ? addGroup(made, command, terminal, choose)
        : addCommand(made, command, terminal, choose),
    newParser(terminal),
  );
  const told = await parse(parser, words);
  if (told !== '') {
    await terminal.stdout.write(`${told}\n`);
    return EXIT.ok;
  }
  return work();
}

function newParser(terminal: Terminal): Argv {
  return yargs()
    .scriptName('dmarc-etl')
    .usage('$0 <command>\n\nExports the MailerSend DMARC Monitoring API into DuckDB and Parquet.')
    .example('$0 run', 'export into ./dmarc-data with the token in MAILERSEND_API_TOKEN')
    .example('$0 query v_enforcement_readiness', 'ask the dataset; `dmarc-etl views` lists what it answers')
    .locale('en')
    .updateStrings({ 'Not enough arguments following: %s': 'the flag --%s needs a value' })
    .version(programVersion())
    .help()
    .alias('h', 'help')
    .wrap(Math.min(terminal.stdout.columns ?? 100, 120))
    .exitProcess(false)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-positional-numbers': false,
    });
}

/** Takes the work of the command that the words name. */
type Choose = (work: () => Promise<number>) => void;

function addGroup(
  parser: Argv,
  { name, describe, commands }: CommandGroup,
  terminal: Terminal,
  choose: Choose,
): Argv {
  return parser.command(
    name,
    describe,
    (builder) => {
      builder.usage(`$0 ${name} <command>\n\n${describe}`);
      for (const [line, meaning] of commands.flatMap(({ examples }) => examples))
        builder.example(line, meaning);
      return commands.reduce((made, command) => addCommand(made, command, terminal, choose), builder);
    },
    (parsed) => {
      const words = commands.map((command) => command.name.slice(name.length + 1));
      const [, word] = parsed._.map(String);
      choose(() => Promise.reject(unknownCommand(`${name} `, word, words)));
    },
  );
}

function addCommand(parser: Argv, command: Command, terminal: Terminal, choose: Choose): Argv {
  return parser.command(
    command.name.split(' ').at(-1) ?? '',
    command.describe,
    (builder) => {
      for (const [line, meaning] of command.examples) builder.example(line, meaning);
      return builder
        .usage(usageText(command))
        .options(flagsForParser(command.flags))
        .epilogue(epilogue(command));
    },
    (parsed) => {
      checkArguments(command, parsed);
      const [operand = '', ...further] = operandsOf(command, parsed);
      choose(async () => {
        const { values, settings } = configure(command.flags, parsed, terminal);
        return command.run(values as never, operand, terminal, further, settings);
      });
    },
  );
}

function epilogue({ flags }: Command): string {
  if (!isConfigurable(flags)) return '';
  return 'Options can also be set in the environment (DMARC_ETL_OUT) and in a configuration file; see `dmarc-etl config`.';
}

function usageText({ name, operand, further, describe }: Command): string {
  if (operand === undefined) return `$0 ${name}\n\n${describe}`;
  const first = `<${operand.name}>`;
  const lines = [`$0 ${name} ${first}`, describe, `${first} is ${operand.describe}.`];
  if (further !== undefined) {
    const more = further.least === 0 ? `[${further.name}]` : `<${further.name}…>`;
    lines[0] += ` ${more}`;
    lines.push(`${more} is ${further.describe}.`);
  }
  return lines.join('\n\n');
}

/** Resolves to the text of --help or --version, if that was asked for. Throws what the words do wrong. */
async function parse(parser: Argv, words: readonly string[]): Promise<string> {
  let told = '';
  let failed: unknown;
  parser.fail((message, error) => {
    failed ??= isOurs(error) ? error : usageError(error?.message ?? message);
  });
  await parser.parseAsync([...words], {}, (_error, _parsed, output) => {
    told = output;
  });
  if (failed !== undefined) throw failed;
  return told;
}

/** yargs calls what it throws itself YError; anything else comes from our code. */
function isOurs(error: Error | undefined): boolean {
  return error !== undefined && error.name !== 'YError';
}

function usageError(message: string): ConfigurationError {
  return new ConfigurationError(message.replaceAll(/\s+/g, ' '), { hint: 'See `dmarc-etl --help`.' });
}

/** No command was chosen: tells which there are. */
async function complain(words: readonly string[], parser: Argv, terminal: Terminal): Promise<number> {
  const [word] = words.filter((candidate) => !candidate.startsWith('-'));
  if (word !== undefined) {
    throw unknownCommand(
      '',
      word,
      COMMANDS.map((command) => command.name),
    );
  }
  await terminal.stderr.write(`${await parser.getHelp()}\n`);
  return EXIT.usage;
}

/** `group` ends in a blank, or is empty. */
function unknownCommand(
  group: string,
  word: string | undefined,
  names: readonly string[],
): ConfigurationError {
  const list = `There are ${names.join(', ')}; see \`dmarc-etl ${group}--help\`.`;
  if (word === undefined) return new ConfigurationError(`${group}needs a command`, { hint: list });
  return new ConfigurationError(`there is no command ${group}${word}`, {
    hint: suggestion(word, names) ?? list,
  });
}
