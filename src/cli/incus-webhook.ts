import { readSecret } from '../config/secret.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { EXIT } from '../plan/exit.js';
import { type OpenedEssentials, openEssentials } from './essentials.js';
import { type Io, print } from './io.js';
import { shellWord } from './shell-word.js';

/** Options of `slash32 incus webhook`. */
export interface IncusWebhookOptions {
  readonly config: string;
  /** Where Incus reaches the service: `https://slash32.lan:3232`. */
  readonly url?: string;
  /** Prints the secret itself, for a script. */
  readonly showSecret?: boolean;
}

/** The addresses that mean all addresses, and none in particular. */
const ANY = new Set(['0.0.0.0', '::']);

/** `slash32 incus webhook`: prints what to tell Incus, so that it posts its events. Returns the exit code. */
export async function runIncusWebhook(io: Io, options: IncusWebhookOptions): Promise<number> {
  const config = await openEssentials(io, options.config);
  const [reference] = config.service.hooks.incus;
  if (reference === undefined)
    throw new Slash32Error('S32_USAGE', {
      message: 'The configuration has no secret for the webhook of Incus.',
      where: config.file,
      hint: 'Make one (openssl rand -hex 32 > hook.secret; chmod 600 hook.secret) and write: service: { hooks: { incus: [hook.secret] } }',
    });
  const origin = originOf(config, options.url);
  const secret = (await readSecret(reference, io)).trim();
  const address = `${origin}/hooks/incus/${options.showSecret === true ? secret : 'SECRET'}`;
  const text = instructions(config, reference, address);
  // The secret was asked for by name, so the redactor must not take it out.
  if (options.showSecret === true) io.stdout.write(text);
  else print(io, text);
  return EXIT.done;
}

/** A shell script: the settings as a command, everything to know as comments. */
function instructions({ service }: OpenedEssentials, reference: string, address: string): string {
  const isPinned = service.tls !== undefined && address.startsWith('https:');
  const settings = [
    'logging.slash32.target.type=webhook',
    `logging.slash32.target.address=${address}`,
    ...(isPinned ? [`logging.slash32.target.ca_cert="$(cat ${shellWord(service.tls?.certFile ?? '')})"`] : []),
    'logging.slash32.target.retry=1',
    'logging.slash32.types=lifecycle',
  ];
  const metrics =
    service.socket === undefined
      ? `curl -s -H "Authorization: Bearer $SLASH32_TOKEN" ${new URL(address).origin}/metrics`
      : `curl -s --unix-socket ${shellWord(service.socket)} http://slash32/metrics`;
  return [
    '# The event stream, to which slash32 listens by itself, is better in every way: use this only where slash32 cannot reach Incus.',
    `# Needs Incus 6.16 or newer. SECRET stands for what ${reference} holds; --show-secret prints it.`,
    '# On the machine of Incus, all of it at once:',
    'incus config set \\',
    `  ${settings.join(' \\\n  ')}`,
    '',
    '# Does it arrive? The first command makes an event; the second, on the machine of slash32, shows a count that has grown:',
    '#   incus config set user.slash32-test="$(date +%s)"',
    `#   ${metrics} | grep slash32_hooks_total`,
    '#',
    '# What there is to know about it (docs/webhooks.md):',
    '# - Every second change of these settings silences the logger until it is changed again or Incus is restarted. So set all',
    '#   of them at once, and look whether it arrives after every change.',
    '# - retry=1 sends each event once. The default of 3 sends it three times, also when it arrived.',
    '# - Incus ignores the filter in `types` and sends everything, debug log too. slash32 passes over what is no news.',
    '# - A post that fails is lost; the nightly reconcile finds what was in it.',
    '# - Incus sends no password: the secret in the address is all there is. Use https wherever others can listen.',
    ...(isPinned
      ? [
          '# - ca_cert pins the certificate of slash32; set it anew after renewing that. Leave it out for a CA that Incus knows.',
        ]
      : []),
    `# To take it away: incus config unset ${settings.map((one) => one.slice(0, one.indexOf('='))).join('; incus config unset ')}`,
    '',
  ].join('\n');
}

function originOf({ service, file }: OpenedEssentials, url: string | undefined): string {
  if (url !== undefined && /^https?:/.test(url) && URL.canParse(url)) return new URL(url).origin;
  if (url !== undefined)
    throw new Slash32Error('S32_USAGE', {
      message: `${url} is no address of a web server.`,
      hint: 'Write for example https://slash32.lan:3232.',
    });
  const { listen, tls } = service;
  if (listen === undefined)
    throw new Slash32Error('S32_USAGE', {
      message: 'The service listens on no address, only on its unix socket, and Incus cannot post to that.',
      where: file,
      hint: 'Give it one (service.listen), or name the proxy that stands before it with --url.',
    });
  const host = ANY.has(listen.host) ? 'SLASH32' : listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return `${tls === undefined ? 'http' : 'https'}://${host}:${listen.port}`;
}
