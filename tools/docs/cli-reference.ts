import { PassThrough } from 'node:stream';
import type { Command, Option } from 'commander';
import type { Io } from '../../src/cli/io.js';
import { buildProgram } from '../../src/cli/program.js';
import { createRedactor } from '../../src/secrets/redactor.js';
import { GENERATED_NOTE, table } from './markdown.js';

/** docs/reference/cli.md: every command with its options, from the program itself. */
export function renderCliReference(): string {
  const program = buildProgram(nowhere(), '', () => {});
  const commands = program.commands.filter((command) => command.name() !== 'help').flatMap(endings);
  const lines = [
    '# Commands',
    '',
    GENERATED_NOTE,
    '',
    '`slash32` stands for `node bin/slash32.js` in a checkout. Results go to standard output; progress, questions and errors to standard error.',
    'Progress shows on a terminal only. `NO_COLOR` switches colours off.',
    '',
    ...commands.map((command) => `- [\`${fullName(command)}\`](#${anchor(command)}): ${command.description()}`),
    '',
    '## Exit codes',
    '',
    table(
      ['Code', 'Meaning'],
      [
        ['0', 'nothing to do, or done'],
        ['1', 'error; nothing was changed'],
        ['2', '`plan`: there are changes; `status`: somebody should look'],
        [
          '3',
          'all of it waits for a person, or it is not the plan that was approved, and nothing was changed; `test`: one failed or asked nobody',
        ],
        ['4', 'done, but some NICs or segments were left out, or parts wait; each is listed with its reason'],
        ['5', 'written, or perhaps written, and then something failed; the message says what is there'],
        ['130', 'interrupted; nothing was changed'],
      ],
    ),
  ];
  for (const command of commands) lines.push('', ...commandLines(command));
  return `${lines.join('\n')}\n`;
}

/** The commands that do something: one that only holds others stands for those. */
function endings(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(endings);
}

/** `slash32 token create`. */
function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

function anchor(command: Command): string {
  return fullName(command).replaceAll(' ', '-');
}

function commandLines(command: Command): string[] {
  const rows = command.options.map((option) => [`\`${option.flags}\``, describe(option)]);
  return [`## ${fullName(command)}`, '', `${sentence(command.description())}`, '', table(['Option', 'Meaning'], rows)];
}

function describe(option: Option): string {
  const choices = option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`;
  const preset = option.defaultValue === undefined ? '' : `; default \`${String(option.defaultValue)}\``;
  const mandatory = option.mandatory ? '; required' : '';
  return `${option.description}${choices}${preset}${mandatory}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** An Io for a program that is only described, never run. */
function nowhere(): Io {
  return {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    env: {},
    cwd: '/',
    now: () => new Date(0),
    signal: new AbortController().signal,
    redactor: createRedactor(),
  };
}
