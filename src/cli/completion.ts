import type { Command } from 'commander';
import { Slash32Error } from '../errors/slash32-error.js';
import { EXIT } from '../plan/exit.js';
import { type Io, print } from './io.js';

/** One command, by its words, with what may come next. */
interface Completed {
  /** `incus webhook`; empty for the program itself. */
  readonly words: string;
  readonly description: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly { readonly flag: string; readonly description: string; readonly takesValue: boolean }[];
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `slash32 completion SHELL`: what the shell needs to complete commands and options. Returns the exit code. Throws `S32_USAGE`. */
export function runCompletion(io: Io, program: Command, shell: string): number {
  const all = withHelp(commandsOf(program, ''));
  const render = { bash, zsh, fish }[shell];
  if (render === undefined)
    throw new Slash32Error('S32_USAGE', {
      message: `There is no completion for ${JSON.stringify(shell)}.`,
      hint: `Name one of ${SHELLS.join(', ')}: source <(slash32 completion bash)`,
    });
  print(io, render(all));
  return EXIT.done;
}

function commandsOf(command: Command, words: string): Completed[] {
  const commands = command.commands.map((one) => ({ name: one.name(), description: one.description() }));
  const options = command.options
    .filter((one) => one.long != null && !one.hidden)
    .map((one) => ({
      flag: one.long ?? '',
      description: one.description,
      takesValue: one.required || one.optional,
    }));
  const inner = command.commands.flatMap((one) => commandsOf(one, `${words} ${one.name()}`.trim()));
  const help = { flag: '--help', description: 'show the options', takesValue: false };
  return [{ words, description: command.description(), commands, options: [...options, help] }, ...inner];
}

/** Behind `help` stands any command. */
function withHelp(all: readonly Completed[]): readonly Completed[] {
  const commands = all.find(({ words }) => words === '')?.commands.filter(({ name }) => name !== 'help') ?? [];
  return all.map((one) => (one.words === 'help' ? { ...one, commands } : one));
}

/** Longer ones first: the first that fits the words so far is the one that is meant. */
function longestFirst(all: readonly Completed[]): readonly Completed[] {
  return all.toSorted((one, other) => other.words.length - one.words.length);
}

function bash(all: readonly Completed[]): string {
  const cases = longestFirst(all).map(({ words, commands, options }) => {
    const next = [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag)].join(' ');
    return `    ${words === '' ? '*' : `'${words}'|'${words} '*`}) next='${next}' ;;`;
  });
  return `# Completion of slash32 for bash: source <(slash32 completion bash)
_slash32() {
  local current=\${COMP_WORDS[COMP_CWORD]} said= word next
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [[ $word == -* ]] || said+="\${said:+ }$word"; done
  case $said in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$next" -- "$current"))
}
complete -o default -F _slash32 slash32
`;
}

/** A file of this name in a folder of completions is called by zsh itself, and then runs as its own function. */
function zsh(all: readonly Completed[]): string {
  const cases = longestFirst(all).map(({ words, commands, options }) => {
    const next = [...commands, ...options.map(({ flag, description }) => ({ name: flag, description }))];
    const list = next.map(({ name, description }) => shellQuoted(`${name}:${description}`)).join(' ');
    return `    ${words === '' ? '*' : `'${words}'|'${words} '*`}) next=(${list}) ;;`;
  });
  return `#compdef slash32
# Completion of slash32 for zsh: source <(slash32 completion zsh)
_slash32() {
  local said= word
  local -a next
  for word in "\${(@)words[2,CURRENT-1]}"; do [[ $word == -* ]] || said+="\${said:+ }$word"; done
  case $said in
${cases.join('\n')}
  esac
  _describe slash32 next || _files
}
if [[ $funcstack[1] == _slash32 ]]; then
  _slash32 "$@"
else
  (( $+functions[compdef] )) || { autoload -U compinit && compinit -i }
  compdef _slash32 slash32
fi
`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fish(all: readonly Completed[]): string {
  const lines = all.flatMap(({ words, commands, options }) => {
    const seen = words.split(' ').filter((word) => word !== '');
    const inner = commands.map(({ name }) => name).join(' ');
    const condition = [
      ...seen.map((word) => `__fish_seen_subcommand_from ${word}`),
      ...(inner === '' ? [] : [`not __fish_seen_subcommand_from ${inner}`]),
    ].join('; and ');
    const when = condition === '' ? '' : ` -n '${condition}'`;
    return [
      ...commands.map(({ name, description }) => `complete -c slash32 -f${when} -a ${name} -d ${quoted(description)}`),
      ...options.map(
        ({ flag, description, takesValue }) =>
          `complete -c slash32${when} -l ${flag.slice(2)}${takesValue ? ' -r' : ''} -d ${quoted(description)}`,
      ),
    ];
  });
  return `# Completion of slash32 for fish: slash32 completion fish | source\n${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
