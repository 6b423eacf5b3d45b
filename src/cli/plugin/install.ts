import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { checkConfig } from '../../config/check.js';
import { salvageEssentials } from '../../config/essentials.js';
import { readConfigText } from '../../config/read-text.js';
import type { TargetConfig } from '../../config/types.js';
import { Slash32Error } from '../../errors/slash32-error.js';
import type { Publish } from '../../model/policy.js';
import { EXIT } from '../../plan/exit.js';
import { type Io, paintFor, print } from '../io.js';
import { findPluginPackage } from './package.js';
import { type InstallStep, installSteps, type PluginSite } from './steps.js';

/** Options of `slash32 plugin install`. */
export interface PluginInstallOptions {
  readonly config: string;
  readonly host?: string;
  readonly json?: boolean;
}

/** `slash32 plugin install`: prints what to type to put the plugin on the firewall. It reaches nobody and changes nothing. Returns the exit code. */
export async function runPluginInstall(io: Io, options: PluginInstallOptions): Promise<number> {
  const found = findPluginPackage();
  const site = siteOf(resolve(io.cwd, options.config), options.host);
  const steps = installSteps(found, site);
  if (options.json === true) {
    const { name, path, version, sha256 } = found;
    const answer = { format: 'slash32.plugin-install/1', name, path, version, sha256, host: site.host ?? null, steps };
    print(io, `${JSON.stringify(answer, null, 2)}\n`);
    return EXIT.done;
  }
  const paint = paintFor(io, io.stdout);
  const head = [
    `os-slash32 ${found.version}, as it came with this installation: ${found.path}`,
    `SHA-256 ${found.sha256}`,
  ];
  const unknown =
    site.host === undefined ? ['For FIREWALL put the address of your firewall, or give it by --host.', ''] : [];
  print(
    io,
    `${[...head, '', ...unknown, ...steps.flatMap((step, at) => shown(step, at + 1, paint.strong))].join('\n')}\n`,
  );
  return EXIT.done;
}

function shown({ title, commands, text }: InstallStep, number: number, strong: (text: string) => string): string[] {
  return [
    strong(`${number}. ${title}`),
    ...commands.map((command) => `   ${command}`),
    ...text.map((line) => `   ${line}`),
    '',
  ];
}

/** The firewall by `--host`, else by the configuration: a broken one is used as far as it is right, a missing one names nobody. */
function siteOf(path: string, host: string | undefined): PluginSite {
  if (host !== undefined && !/^[A-Za-z0-9][\w.:-]*$/.test(host))
    throw new Slash32Error('S32_USAGE', {
      message: `"${host}" is no name and no address of a firewall.`,
      hint: 'Give for example --host fw.lan or --host 192.168.1.1.',
    });
  const text = existsSync(path) ? readConfigText(path) : undefined;
  if (text === undefined) return { host, interfaces: [], publishes: [] };
  const check = checkConfig(text, path, dirname(path));
  if (!check.ok) return { host: host ?? hostOf(salvageEssentials(text, path)?.target), interfaces: [], publishes: [] };
  const { plan, target } = check.config;
  return {
    host: host ?? hostOf(target),
    interfaces: [...new Set(plan.segments.map((one) => one.interface))],
    publishes: [...new Set(plan.policy.publishes.map(publishLine))],
  };
}

/** As the plugin's settings have it: `wan tcp/443`. */
function publishLine({ on, protocol, ports }: Publish): string {
  return `${on} ${protocol}/${ports.from === ports.to ? ports.from : `${ports.from}-${ports.to}`}`;
}

function hostOf(target: TargetConfig | undefined): string | undefined {
  if (target === undefined || target.transport === 'file') return undefined;
  return new URL(target.url).hostname.replace(/^\[|\]$/g, '');
}
