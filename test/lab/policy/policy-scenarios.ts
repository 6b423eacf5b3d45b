import { alias, open, rule } from './foreign-xml.js';
import type { Scenario } from './scenarios.js';
import { applied, type Foreign, firewallWith, type Told } from './worlds.js';

function compiled(name: string, told: Told, known: Scenario['known'], foreign: Foreign = {}): Scenario {
  return { name, known, config: async () => applied(await firewallWith(foreign), told) };
}

const POLICY = `
groups:
  web: [default/web, default/mail]
  db: [default/db, "tag:db"]
  inner: [segment:servers]
tagOwners: { db: [project:shop] }
policy:
  - { from: web, to: db, allow: [tcp/5432, icmp/echo-request] }
  - { from: default/db, to: default/web, allow: [tcp/22], log: true, when: hairpin back }
  - { from: inner, to: internet, allow: [tcp/443, udp/9999] }
  - { from: "segment:edge", to: any, allow: [udp/53] }
  - { from: shop/git, to: firewall, allow: [tcp/22] }
publish:
  - { name: site, on: wan, port: tcp/443, to: default/web }
  - { name: shell, on: wan, port: tcp/8443, to: shop/wiki, port_to: 22, from: [internet] }
  - { name: names, on: wan, port: udp/53, to: default/nextcloud, port_to: 9999, from: [192.0.2.0/24] }
`;

/** What a real `slash32 apply` makes of a policy, among foreign rules. */
export const COMPILED: readonly Scenario[] = [
  compiled(
    'a policy with deny',
    { segment: 'default: deny, infrastructure: [dhcp, dns, ping]', policy: POLICY, tags: { wiki: 'db', mail: 'db' } },
    [
      ['web → db tcp/5432', 'db'],
      ['mail → wiki tcp/5432', 'wiki'],
      ['db → web tcp/22', 'web'],
      ['web → db tcp/22', undefined],
      ['web → mail tcp/5432', undefined],
      ['git → internet tcp/443', 'internet'],
      ['git → upstream tcp/443', undefined],
      ['git → web tcp/443', undefined],
      ['mail → wiki udp/53', 'wiki'],
      ['git → router 10.10.2.1 tcp/22', 'router'],
      ['nextcloud → router 10.10.3.1 tcp/22', undefined],
      ['nextcloud → router 10.10.3.1 udp/53', 'router'],
      ['internet → router 192.0.2.2 tcp/443', 'web'],
      ['internet → router 192.0.2.2 tcp/8443', 'wiki'],
      ['upstream → router 192.0.2.2 tcp/8443', undefined],
      ['upstream → router 192.0.2.2 udp/53', 'nextcloud'],
      ['internet → router 192.0.2.2 udp/53', undefined],
    ],
    { legacy: open('opt1') + open('opt2') + open('opt3') },
  ),
  compiled(
    'a policy that inherits, above a floating block and an open segment',
    { segment: 'default: inherit', policy: POLICY },
    [
      ['web → db tcp/5432', 'db'],
      ['web → db tcp/22', undefined],
      ['git → web tcp/22', undefined],
      ['git → web tcp/443', 'web'],
      ['git → web icmp', 'web'],
    ],
    {
      legacy: open('opt3'),
      aliases: alias('admins', 'host', '10.10.3.12'),
      model: rule(1, {
        interface: 'opt2,opt3',
        protocol: 'TCP',
        source_net: 'admins',
        destination_port: '22',
        action: 'block',
      }),
    },
  ),
  compiled(
    'a policy that watches',
    { segment: 'default: watch', policy: POLICY },
    [
      ['web → db tcp/22', 'db'],
      ['web → mail icmp', 'mail'],
      ['internet → web tcp/22', undefined],
    ],
    { legacy: open('opt1') + open('opt2') + open('opt3') },
  ),
];
