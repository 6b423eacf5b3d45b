import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../config/duration.js';
import { RUN_OUTCOMES } from '../service/types/run.js';
import { ROLES } from '../state/roles.js';
import type { Io } from './io.js';

const CONFIG = ['-c, --config <file>', 'the configuration', 'slash32.yaml'] as const;
const JSON_OPTION = ['--json', 'print the result as JSON'] as const;

/** Adds the commands of the service: running it, asking it, and its history and API tokens. */
export function addServiceCommands(program: Command, io: Io, finish: (exitCode: number) => void): void {
  program
    .command('serve')
    .description('run as a service: look whenever Incus, a webhook, the clock or somebody says so')
    .option(...CONFIG)
    .action(async (options) => finish(await (await import('./serve.js')).runServe(io, options)));

  asking(program.command('status').description('show what the service does; 2 when somebody should look'))
    .option('--quiet', 'print nothing; only the exit code counts')
    .action(async (options) => finish(await (await import('./service.js')).runStatus(io, options)));
  asking(program.command('pause').description('have the service apply nothing until resumed'))
    .option('--reason <text>', 'why, for whoever looks')
    .action(async (options) => finish(await (await import('./service.js')).runPause(io, options)));
  asking(program.command('resume').description('have the service apply again')).action(async (options) =>
    finish(await (await import('./service.js')).runResume(io, options)),
  );
  asking(program.command('release-hold').description('let the plan that was rolled back be applied again')).action(
    async (options) => finish(await (await import('./service.js')).runReleaseHold(io, options)),
  );

  program
    .command('history')
    .description('list the last runs of the service, also while it is down')
    .option(...CONFIG)
    .option('--limit <number>', 'how many', count, 20)
    .addOption(new Option('--outcome <outcome>', 'only runs that ended so').choices(RUN_OUTCOMES))
    .option('--instance <name>', 'only runs about this instance or NIC: that changed it, or that it set off')
    .option(...JSON_OPTION)
    .action(async (options) => finish(await (await import('./history.js')).runHistory(io, options)));
  program
    .command('show <run>')
    .description('show all of one run: the beginning of its id, or last')
    .option(...CONFIG)
    .option(...JSON_OPTION)
    .action(async (run, options) => finish(await (await import('./history.js')).runShow(io, run, options)));

  program
    .command('receive <file>')
    .description('play recorded events or webhooks to the service, or say what each would do')
    .option(...CONFIG)
    .option('--dry-run', 'send nothing, and say what each line would do')
    .option('--url <url>', 'the service there; default: its unix socket')
    .addOption(
      new Option('--as <webhook>', 'what the lines are: events of Incus, or bodies of the generic webhook')
        .choices(['incus', 'generic'])
        .default('incus'),
    )
    .option('--speed <factor>', 'keep the pace of the recording, so many times as fast; default: no pauses', factor)
    .option(...JSON_OPTION)
    .action(async (file, options) => finish(await (await import('./receive.js')).runReceive(io, file, options)));
  program
    .command('incus')
    .description('what to set up on the side of Incus')
    .command('webhook')
    .description('print the settings that make Incus post its events to the service')
    .option(...CONFIG)
    .option('--url <url>', 'where Incus reaches the service')
    .option('--show-secret', 'print the secret of the path too')
    .action(async (options) => finish(await (await import('./incus-webhook.js')).runIncusWebhook(io, options)));

  program
    .command('plugin')
    .description('the plugin for the firewall, which comes with this installation')
    .command('install')
    .description('print what to type to put the plugin on the firewall; reaches nobody and changes nothing')
    .option(...CONFIG)
    .option('--host <host>', 'the firewall; default: the one of the configuration')
    .option(...JSON_OPTION)
    .action(async (options) => finish(await (await import('./plugin/install.js')).runPluginInstall(io, options)));

  const token = program.command('token').description('API tokens of the service');
  token
    .command('create')
    .description('make an API token, and print it this once')
    .option(...CONFIG)
    .requiredOption('--name <name>', 'what it is for')
    .addOption(new Option('--role <role>', 'what it allows').choices(ROLES).makeOptionMandatory())
    .option('--expires <duration>', 'how long it is valid, for example 90d; default: for ever', duration)
    .action(async (options) => finish(await (await import('./token.js')).runTokenCreate(io, options)));
  token
    .command('list')
    .description('list the API tokens, without the tokens themselves')
    .option(...CONFIG)
    .option(...JSON_OPTION)
    .action(async (options) => finish(await (await import('./token.js')).runTokenList(io, options)));
  token
    .command('revoke <name>')
    .description('take an API token back; the service notices within a second')
    .option(...CONFIG)
    .action(async (name, options) => finish(await (await import('./token.js')).runTokenRevoke(io, name, options)));
}

function asking(command: Command): Command {
  return command
    .option(...CONFIG)
    .option('--url <url>', 'the service there, with the API token in SLASH32_TOKEN; default: its unix socket')
    .option(...JSON_OPTION);
}

function count(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError('It is a whole number from 1 on.');
  return Number(value);
}

function factor(value: string): number {
  const parsed = Number(value);
  if (!/^\d+(\.\d+)?$/.test(value) || parsed <= 0)
    throw new InvalidArgumentError('It is a number above 0, for example 1 or 10.');
  return parsed;
}

function duration(value: string): number {
  const seconds = parseDuration(value);
  if (seconds === undefined || seconds === 0) throw new InvalidArgumentError('It is a duration like 90d or 12h.');
  return seconds;
}
