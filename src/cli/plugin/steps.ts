import { shellWord } from '../shell-word.js';
import type { PluginPackage } from './package.js';

/** Where the plugin goes. */
export interface PluginSite {
  /** Without brackets; undefined where nobody said it. */
  readonly host: string | undefined;
  /** The interfaces of the configuration's segments. */
  readonly interfaces: readonly string[];
  /** What the policy publishes, as the plugin's settings write it. */
  readonly publishes: readonly string[];
}

/** Something to do, in order. */
export interface InstallStep {
  readonly title: string;
  /** To be typed where slash32 is. */
  readonly commands: readonly string[];
  readonly text: readonly string[];
}

/** What to do to put the plugin on a firewall. Pure. */
export function installSteps({ name, path, version, sha256 }: PluginPackage, site: PluginSite): InstallStep[] {
  const host = site.host ?? 'FIREWALL';
  const remote = `/tmp/${name}`;
  const there = `sha256 -c ${sha256} ${remote}`;
  const onHost = (command: string): string => `ssh ${shellWord(`root@${host}`)} '${command}'`;
  const copyTo = shellWord(`root@${host.includes(':') ? `[${host}]` : host}:/tmp/`);
  return [
    {
      title: 'On the firewall, in System: Firmware: Plugins, install os-isc-dhcp',
      commands: [],
      text: ['From OPNsense 26.1 on; pkg refuses os-slash32 without it.'],
    },
    { title: 'Copy the package to the firewall', commands: [`scp ${shellWord(path)} ${copyTo}`], text: [] },
    {
      title: 'Check the sum there, and add the package only where it is right',
      commands: [onHost(`${there} && pkg add ${remote}`)],
      text: [
        'Where an older version is installed, instead of that:',
        onHost(`${there} && pkg delete -fy os-slash32 && pkg add ${remote}`),
      ],
    },
    {
      title: 'In Services: slash32: Settings, say what it may touch',
      commands: [],
      text: [
        site.interfaces.length === 0
          ? 'Interfaces: those of your segments. A fresh installation has none, and refuses every change.'
          : `Interfaces: ${site.interfaces.join(', ')}. A fresh installation has none, and refuses every change.`,
        site.publishes.length === 0
          ? 'Publishes: one line for each interface and port of your policy, for example: wan tcp/443. There are none until then.'
          : `Publishes: ${site.publishes.join(', ')}, one line for each.`,
      ],
    },
    {
      title: 'In System: Access: Users, make a user of its own with an API key',
      commands: [],
      text: [
        'Its one privilege: Services: slash32: API. Without a password for the GUI.',
        'Keep the file with key=… and secret=… that you download as apikey.txt, and: chmod 600 apikey.txt',
      ],
    },
    {
      title: `Then: slash32 init (a new configuration), or transport: plugin in the one that you have, and slash32 plan`,
      commands: [],
      text: [
        `The head of the plan says by what it speaks to the firewall: plugin. ${version} is the version to see in the GUI.`,
      ],
    },
  ];
}
