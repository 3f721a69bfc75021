import { EXIT } from '../errors.ts';
import { type Command, type CommandGroup, defineCommand } from './command.ts';
import { allFlags } from './configure.ts';

type Commands = () => readonly (Command | CommandGroup)[];

/** Prints a script that completes commands, flags and their choices in bash and zsh; no process is started for that. */
export function completionCommand(commands: Commands): Command {
  return defineCommand({
    name: 'completion',
    describe: 'Prints a script that completes commands and flags in bash and zsh',
    flags: {},
    examples: [
      ['source <($0 completion)', 'in ~/.bashrc, or in ~/.zshrc after compinit'],
      ['$0 completion > /etc/bash_completion.d/dmarc-etl', 'for everybody, in bash'],
    ],
    async run(_values, _operand, { stdout }) {
      await stdout.write(completionScript(commands()));
      return EXIT.ok;
    },
  });
}

/** Path of words, `''` for none → the words that may follow. */
function wordsByPath(commands: readonly (Command | CommandGroup)[]): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>([
    ['', [...commands.map(({ name }) => name), '--help', '--version']],
  ]);
  for (const command of commands) {
    if ('commands' in command) {
      const words = command.commands.map(({ name }) => name.slice(command.name.length + 1));
      found.set(command.name, [...words, '--help']);
    }
    for (const { name, flags } of 'commands' in command ? command.commands : [command]) {
      found.set(name, [...Object.keys(allFlags(flags)).map((flag) => `--${flag}`), '--help']);
    }
  }
  return found;
}

/** Flag → the words that it takes, of all commands. */
function choicesByFlag(commands: readonly (Command | CommandGroup)[]): Map<string, readonly string[]> {
  const all = commands.flatMap((command) => ('commands' in command ? command.commands : [command]));
  const entries = all.flatMap(({ flags }) => Object.entries(flags));
  return new Map(
    entries.flatMap(([name, { choices }]) => (choices === undefined ? [] : [[name, choices.map(String)]])),
  );
}

/** Every word in it is a name of ours: nothing needs to be quoted. */
function completionScript(commands: readonly (Command | CommandGroup)[]): string {
  const words = [...wordsByPath(commands)].map(
    ([path, list]) => `    '${path}') words='${list.join(' ')}' ;;`,
  );
  const choices = [...choicesByFlag(commands)].map(
    ([flag, list]) => `    --${flag}) words='${list.join(' ')}' ;;`,
  );
  return `# Completes dmarc-etl in bash and zsh: source <(dmarc-etl completion)
if [ -n "\${ZSH_VERSION-}" ]; then
  autoload -U +X bashcompinit && bashcompinit
fi
_dmarc_etl() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path='' words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      -*) break ;;
      *) path="\${path:+$path }\${COMP_WORDS[index]}" ;;
    esac
  done
  case "$before" in
${choices.join('\n')}
    *)
      case "$path" in
${words.map((line) => `  ${line}`).join('\n')}
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _dmarc_etl dmarc-etl
`;
}
