import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../config/duration.js';
import type { Io } from './io.js';
import { addPolicyCommands } from './program-policy.js';
import { addServiceCommands } from './program-service.js';
import { INIT_SOURCES, INVENTORY_HELP } from './sources.js';

/** Receives the exit code of the command that ran. */
export type Finish = (exitCode: number) => void;

/**
 * The command line: every command, option and help text, without running anything. The CLI reference is made from it.
 * A command's code is loaded when it runs, so that `slash32 help` and `slash32 check` start at once.
 */
export function buildProgram(io: Io, version: string, finish: Finish): Command {
  const program = new Command('slash32')
    .description('Keeps an OPNsense firewall in step with the instances behind it: plan first, then apply.')
    .version(version)
    .helpCommand(false)
    .addHelpText('after', EXIT_CODES);

  const init = program
    .command('init')
    .description('look at the instances and the firewall, pair their networks and write a commented slash32.yaml')
    .option('-o, --out <file>', 'the file to write (default: slash32.yaml, with --service /etc/slash32/slash32.yaml)')
    .option(
      '--service',
      'write the files of the systemd unit: the configuration, and the secrets that systemd hands over',
    )
    .option('--overwrite', 'replace the file if it is there')
    .option('--owner <id>', 'id of this slash32 on the firewall', 'home')
    .option('--socket <path>', 'Incus: its unix socket')
    .option('--incus-url <url>', 'Incus: its HTTPS address')
    .option(
      '--incus-token-file <file>',
      'Incus: a trust token (incus config trust add NAME) to enrol with; - for standard input',
    )
    .option('--incus-token <token>', 'the same, on the command line, where others on this machine can read it')
    .option('--incus-cert <file>', 'Incus: client certificate; written when enrolling')
    .option('--incus-key <file>', 'Incus: its key; written when enrolling')
    .option('--incus-fingerprint <sha256>', 'Incus: fingerprint of the server certificate')
    .option('--projects <names>', 'Incus: only these projects, separated by commas', list)
    .option('--inventory <file>', 'instead of Incus: output of incus list --all-projects --format json')
    .option('--opnsense-url <url>', 'OPNsense: its HTTPS address')
    .option('--key-file <file>', 'OPNsense: the API key as downloaded')
    .option('--ca-file <file>', 'OPNsense: the CA of its certificate')
    .option('--fingerprint <sha256>', 'OPNsense: fingerprint of its certificate, instead of a CA')
    .option('--accept-fingerprint', 'OPNsense: pin the certificate that it shows now, where no CA vouches for it')
    .option('--config-xml <file>', 'instead of the API: a copy of its config.xml')
    .option('--pair <network=interface...>', 'pair by hand, for example servers=opt3')
    .option('--protect <addresses>', 'addresses that must never be cut off, separated by commas', list)
    .action(async (options) => finish(await (await import('./init/run.js')).runInit(io, options)));
  for (const { option, about } of INIT_SOURCES) init.option(option, about);

  program
    .command('enrol')
    .description('make a client certificate and have Incus trust it, by a trust token')
    .requiredOption('--token <token>', 'the trust token; - reads it from standard input')
    .option('--cert <file>', 'client certificate to write', 'incus.crt')
    .option('--key <file>', 'its key to write', 'incus.key')
    .option('--name <name>', 'the name under which Incus lists the certificate')
    .option('--url <url>', 'address of Incus, when those in the token cannot be reached')
    .option('--overwrite', 'replace a certificate and key that are there')
    .action(async (options) => finish(await (await import('./enrol.js')).runEnrol(io, options)));

  withConfig(program.command('check').description('check the configuration; every mistake with file, line and column'))
    .option('--json', 'print the result as JSON')
    .action(async (options) => finish(await (await import('./check.js')).runCheck(io, options)));

  withConfig(program.command('migrate').description('write a configuration of an older schema anew, with a backup'))
    .option('--dry-run', 'print the new file and write nothing')
    .action(async (options) => finish(await (await import('./migrate.js')).runMigrate(io, options)));

  withPlanning(program.command('plan').description('show what apply would change, and why'))
    .option('--out <file>', 'also write the plan as JSON, for apply --plan')
    .option('--checksum <hex>', 'exit with 3 unless the plan has this checksum', checksum)
    .action(async (options) => finish(await (await import('./plan.js')).runPlan(io, options)));

  withApproval(
    withPlanning(program.command('apply').description('plan, ask, and change the firewall in one go')),
  ).action(async (options) => finish(await (await import('./apply.js')).runApply(io, options)));

  withApproval(
    withJudgement(
      withConfig(
        program.command('release').description('give segments up: hand over, or take away, what is ours'),
      ).option('--segment <name...>', 'these segments'),
    ),
  )
    .option('--keep', 'leave reservations and settings as they are, without our marker')
    .option('--remove', 'delete our reservations and put settings back')
    .option('--interface <id...>', 'an interface that is no segment any more')
    .option('--all', 'every segment of the configuration')
    .action(async (options) => finish(await (await import('./release.js')).runRelease(io, options)));

  withConfig(program.command('confirm').description('keep the apply that waits on the firewall to be confirmed'))
    .option('--json', 'print the result as JSON')
    .action(async (options) => finish(await (await import('./settle.js')).runConfirm(io, options)));

  withConfig(program.command('rollback').description('undo the apply that waits on the firewall to be confirmed'))
    .option('--json', 'print the result as JSON')
    .action(async (options) => finish(await (await import('./settle.js')).runRollback(io, options)));

  addPolicyCommands(program, io, finish);
  addServiceCommands(program, io, finish);

  program
    .command('demo')
    .description('the whole way against a simulated Incus and a simulated OPNsense, on loopback')
    .option('--policy', 'show a policy too: groups, tags, a publish, tests, and what is asked of it')
    .addOption(
      new Option(
        '--serve',
        'walk nowhere: leave the simulated world standing until Ctrl-C, with a page that changes it, for practising every command',
      ).conflicts('policy'),
    )
    .option('--port <number>', 'with --serve: the first of three ports on loopback; 0 takes free ones', port, 14430)
    .option(
      '--keep <folder>',
      'keep the simulated config.xml and the configuration in this folder; with --serve a new or empty one',
    )
    .action(async (options) => finish(await (await import('./demo.js')).runDemo(io, options)));

  program
    .command('completion <shell>')
    .description('print what bash, zsh or fish need to complete commands and options')
    .action(async (shell) => finish((await import('./completion.js')).runCompletion(io, program, shell)));

  program
    .command('help [command...]')
    .description('show the options of a command')
    .action((words: readonly string[]) => commandNamed(program, words).outputHelp());

  return program;
}

/** The command that some words name. Throws what an unknown command throws. */
function commandNamed(program: Command, words: readonly string[]): Command {
  let command = program;
  for (const word of words) {
    const inner = command.commands.find((one) => one.name() === word);
    if (inner === undefined) return command.error(`error: there is no command ${JSON.stringify(words.join(' '))}`);
    command = inner;
  }
  return command;
}

const EXIT_CODES = `
Exit codes of plan and apply:
  0  nothing to do, or done       3  all of it waits for a person, or not the approved plan; nothing was changed
  1  error; nothing was changed   4  done, but NICs or publishes were left out or parts wait
  2  there are changes (plan)     5  written, then something failed: the message says what is there
                                  130  interrupted; nothing was changed
`;

function withConfig(command: Command): Command {
  return command.option('-c, --config <file>', 'the configuration', 'slash32.yaml');
}

function withPlanning(command: Command): Command {
  return withJudgement(withSelection(withConfig(command)));
}

function withSelection(command: Command): Command {
  return command
    .option('--approve <id...>', 'say yes to these parts that wait, by the ids that plan prints', partId)
    .option('--segment <name...>', 'only these segments')
    .option(
      '--instance <name...>',
      'only these instances, as project/name, or NICs, as project/name/nic; without the project where only one is called so',
    )
    .option('--adopt [which...]', 'take over foreign reservations of our NICs: all, or these MACs or addresses')
    .option('--inventory <file>', INVENTORY_HELP)
    .option('--complete', 'the --inventory shows every instance there is');
}

function withJudgement(command: Command): Command {
  return command
    .option('--force', 'go on with everything that waits because it is unsafe')
    .option('--accept-lockout-risk', 'switch static ARP on although the ARP table cannot be seen')
    .option('--accept-new', 'say yes to what this version newly asks for on segments that stand')
    .option('--on-backup', 'write on this node of a high-availability pair though it is not the master')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'markdown', 'json']).default('text'))
    .option('--json', 'short for --format json')
    .option('--verbose', 'say each step on standard error, and spell out what repeats itself');
}

function withApproval(command: Command): Command {
  return command
    .option('-y, --yes', 'do not ask')
    .option('--checksum <hex>', 'apply only the plan with this checksum', checksum)
    .option('--plan <file>', 'apply only the plan that is in this file')
    .option(
      '--confirm-within <seconds>',
      'plugin: the firewall undoes the change unless it is confirmed in this time (default: 120, or opnsense.confirm_within); 0 keeps it at once',
      seconds,
    )
    .option('--no-confirm-wait', 'plugin: do not confirm; somebody does it later with slash32 confirm')
    .option('--take-over', 'plugin: go on although another configuration has used the owner id');
}

function list(value: string): string[] {
  return value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function seconds(value: string): number {
  const parsed = /^\d{1,6}$/.test(value) ? Number(value) : parseDuration(value);
  if (parsed === undefined) throw new InvalidArgumentError('It is a number of seconds, or a duration like 2m.');
  return parsed;
}

function partId(value: string, before: readonly string[] = []): string[] {
  return [...before, ...value.split(',').map(checksum)];
}

function port(value: string): number {
  const parsed = /^\d{1,5}$/.test(value) ? Number(value) : -1;
  if (parsed < 0 || parsed > 65_533) throw new InvalidArgumentError('It is a number from 0 to 65533.');
  return parsed;
}

function checksum(value: string): string {
  if (!/^[0-9a-f]{16}$/.test(value))
    throw new InvalidArgumentError('It is sixteen hexadecimal digits, as plan prints it.');
  return value;
}
