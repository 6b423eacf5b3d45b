import { type Command, InvalidArgumentError } from 'commander';
import type { Io } from './io.js';
import { INVENTORY_HELP } from './sources.js';

/** Adds the commands that ask about a policy: explain, reach, test and watch. */
export function addPolicyCommands(program: Command, io: Io, finish: (exitCode: number) => void): void {
  withAsking(program.command('explain <from> <to> <port>'))
    .description('whether something passes, by which rule, of whom, and which rules came before')
    .option('--after', 'on the firewall as it would be after an apply')
    .addHelpText('after', ENDS)
    .action(async (from: string, to: string, port: string, options) =>
      finish(await (await import('./explain.js')).runExplain(io, from, to, port, options)),
    );

  withAsking(program.command('reach'))
    .description('who can reach whom, and by which line or rule')
    .option('--from <end>', 'only from here')
    .option('--to <end>', 'only to there')
    .option('--dot', 'print a graph for Graphviz')
    .option('--after', 'on the firewall as it would be after an apply')
    .addHelpText('after', ENDS)
    .action(async (options) => finish(await (await import('./reach.js')).runReach(io, options)));

  withAsking(program.command('test'))
    .description('hold the tests of the policy against the firewall as it would be after an apply')
    .option('--now', 'against the firewall as it is')
    .option('--allow-empty', 'take a test that asks nobody, a publish that is left out, and no tests at all for right')
    .addHelpText(
      'after',
      '\nExit codes: 0 all pass, 3 a test fails or asks nobody, or a publish is left out, 1 error.\n',
    )
    .action(async (options) => finish(await (await import('./test-policy.js')).runTests(io, options)));

  withAsking(program.command('watch'))
    .description('propose the statements that are missing, from what watched and denying segments logged')
    .option('--only <segment>', 'only this segment')
    .option('--limit <number>', 'packets of the log to read', count, 5000)
    .action(async (options) => finish(await (await import('./watch.js')).runWatch(io, options)));
}

function count(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) === 0)
    throw new InvalidArgumentError('It is a number from 1 to 99999.');
  return Number(value);
}

const ENDS = `
An end is named as in a policy: project/instance (or the instance alone, where only one is called so), a group, tag:NAME,
segment:NAME, an address, internet or firewall. A port is tcp/443, udp/53, icmp, …
`;

function withAsking(command: Command): Command {
  return command
    .option('-c, --config <file>', 'the configuration', 'slash32.yaml')
    .option('--inventory <file>', INVENTORY_HELP)
    .option('--complete', 'the --inventory shows every instance there is')
    .option('--json', 'print the result as JSON')
    .option('--verbose', 'say each step on standard error');
}
