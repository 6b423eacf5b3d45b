import { resolve } from 'node:path';
import { loadConfig } from '../config/load.js';
import { readSecret } from '../config/secret.js';
import type { Config } from '../config/types.js';
import { Slash32Error } from '../errors/slash32-error.js';
import { EXIT } from '../plan/verdict.js';
import { type Io, print } from './io.js';

/** Options of `slash32 incus webhook`. */
export interface IncusWebhookOptions {
  readonly config: string;
  /** Where Incus reaches the service: `https://slash32.lan:3232`. */
  readonly url?: string;
  /** Prints the secret itself, for a script. */
  readonly showSecret?: boolean;
}

/** `slash32 incus webhook`: prints what to tell Incus, so that it posts its events. Returns the exit code. */
export async function runIncusWebhook(io: Io, options: IncusWebhookOptions): Promise<number> {
  const config = loadConfig(resolve(io.cwd, options.config));
  const [reference] = config.service.hooks.incus;
  if (reference === undefined)
    throw new Slash32Error('S32_USAGE', {
      message: 'The configuration has no secret for the webhook of Incus.',
      where: config.file,
      hint: 'Make one (openssl rand -hex 32 > hook.secret; chmod 600 hook.secret) and write: service: { hooks: { incus: [hook.secret] } }',
    });
  const secret = (await readSecret(reference, io)).trim();
  const address = `${origin(config, options)}/hooks/incus/${options.showSecret === true ? secret : 'SECRET'}`;
  const lines = [
    `# Needs Incus 6.16 or newer. SECRET is what ${reference} holds; --show-secret prints it.`,
    'incus config set logging.slash32.target.type=webhook \\',
    `  logging.slash32.target.address=${address} \\`,
    '  logging.slash32.target.retry=1 \\',
    '  logging.slash32.types=lifecycle',
    '',
    '# What there is to know about it (docs/webhooks.md):',
    '# - retry=1 sends each event once. The default of 3 sends it three times, also when it arrived.',
    '# - Incus ignores the filter in `types` and sends everything, debug logs too. slash32 passes over what is no news.',
    '# - A post that fails is lost. The event stream, which slash32 listens to by itself, is better in every way.',
    '# - Changing the settings of a running logger silences it every second time: make sure that it works with',
    '#     incus config set user.slash32-test=1 && slash32 status',
    '# - To take it away: incus config unset logging.slash32.target.type',
    '',
  ];
  // The secret was asked for by name, so the redactor must not take it out.
  if (options.showSecret === true) io.stdout.write(lines.join('\n'));
  else print(io, lines.join('\n'));
  return EXIT.done;
}

function origin({ service }: Config, { url }: IncusWebhookOptions): string {
  if (url !== undefined && URL.canParse(url)) return new URL(url).origin;
  if (url !== undefined)
    throw new Slash32Error('S32_USAGE', {
      message: `${url} is no address.`,
      hint: 'Write for example https://slash32.lan:3232.',
    });
  const { listen, tls } = service;
  const host = listen === undefined ? 'SLASH32' : listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return `${tls === undefined ? 'http' : 'https'}://${host}:${listen?.port ?? 3232}`;
}
