// What plugin-on-opnsense.js tries: the firewall's configuration, its users, and the applies.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PLUGIN = join(import.meta.dirname, '../test/plugin');
/** Which privilege opens which call to read, as slash32 spells it, in that core's own ACL. */
const PRIVILEGES = [
  ['page-diagnostics-configurationhistory', '/api/core/backup/backups/this'],
  ['page-status-interfaces', '/api/interfaces/overview/interfaces_info'],
  ['page-status-dhcpleases', '/api/dhcpv4/leases/search_lease'],
  ['page-diagnostics-arptable', '/api/diagnostics/interface/get_arp'],
  ['page-diagnostics-logs-firewall-dynamic', '/api/diagnostics/firewall/log?limit=1'],
  ['page-diagnostics-showstates', '/api/diagnostics/firewall/query_states'],
  ['page-diagnostics-showstates', '/api/diagnostics/firewall/del_state/0/0'],
  ['page-filter-api', '/api/firewall/filter/set'],
  ['page-firewall-alias-edit', '/api/firewall/alias/del_item/0'],
  ['page-firewall-categories', '/api/firewall/category/add_item'],
  ['page-firewall-nat-portforward-edit', '/api/firewall/d_nat/add_rule'],
];
const CONF = '/var/dhcpd/etc/dhcpd.conf';

/**
 * @param {string} secret of every key
 * @param {string} hash of that secret, as config.xml holds it
 */
export function taskFor(secret, hash) {
  const { classes } = JSON.parse(readFileSync(join(PLUGIN, 'standin/oldest.json'), 'utf8'));
  const users = {
    full: 'page-services-slash32-api,page-services-slash32',
    readonly: 'page-services-slash32-api,page-services-slash32,user-config-readonly',
    second: 'page-services-slash32-api',
    page: 'page-services-slash32',
    none: 'page-status-interfaces',
    ...Object.fromEntries(PRIVILEGES.map(([privilege]) => [privilege, privilege])),
  };
  const key = (name) => ({ key: `key-${name}`, secret });
  const settings = { interfaces: 'opt1,opt2', publishes: 'opt1 tcp/8443', max_confirm_seconds: '600', ha_push: '0' };
  return {
    task: {
      classes,
      users: Object.fromEntries(
        ['full', 'second', 'page', 'readonly', 'none'].map((name) => /** @type {const} */ ([name, key(name)])),
      ),
      settings,
      applies: applies(),
      privileges: PRIVILEGES.map(([privilege, path]) => ({ privilege, path })),
    },
    config: configWith(users, hash),
  };
}

/** Two users with each set of privileges' form: one element with commas, as the user manager saves it. */
function configWith(users, hash) {
  const elements = Object.entries(users).map(
    ([name, privileges], index) =>
      `<user><name>${name}</name><uid>${2000 + index}</uid><priv>${privileges}</priv><scope>user</scope>` +
      `<apikeys>key-${name}|${hash}</apikeys></user>`,
  );
  return readFileSync(join(PLUGIN, 'standin/sample-config.xml'), 'utf8')
    .replace(/<Slash32[\s\S]*<\/Slash32>/, '')
    .replace('<backupcount>', `<timezone>Etc/UTC</timezone>${elements.join('')}<backupcount>`)
    .replace(/(<from>10\.20\.255\.200[\s\S]*?<\/range>)/, '$1<numberoptions><item/></numberoptions>');
}

function applies() {
  const reservation = (number, net, arp = false) => ({
    mac: `10:66:6a:00:00:${String(number).padStart(2, '0')}`,
    ipaddr: `${net}.${number}`,
    hostname: `n${number}`,
    descr: `n${number} [slash32:home:default/n${number}/eth0:a2432d30]`,
    arp,
  });
  const web = { name: 's32_home_web', type: 'host', descr: 'web [slash32:home:alias/web]' };
  const rule = {
    descr: 'web to db [slash32:home:rule/1]',
    interface: 'opt1',
    action: 'pass',
    direction: 'in',
    ipprotocol: 'inet',
    protocol: 'TCP',
    source_net: 's32_home_web',
    source_not: false,
    source_port: '',
    destination_net: '10.20.0.11',
    destination_not: false,
    destination_port: '5432',
    icmptype: '',
    log: false,
    quick: true,
    enabled: true,
    sequence: 10000,
  };
  const redirect = {
    descr: 'site [slash32:home:nat/site]',
    interface: 'opt1',
    protocol: 'tcp',
    destination_net: 'opt1ip',
    destination_port: '8443',
    target: '10.10.1.11',
    local_port: 443,
    log: false,
    enabled: true,
    sequence: 100,
  };
  const steps = {
    mask: '255.255.255.255',
    routes: '20:0a:0a:01:01:00:00:00:00:00:0a:0a:01:01',
    deny_unknown: true,
    static_arp: true,
    range: { from: '10.10.1.254', to: '10.10.1.254' },
  };
  const policy = { aliases: [{ ...web, content: ['10.10.1.11'] }], rules: [rule], redirects: [redirect] };
  const changed = { ...policy, aliases: [{ ...web, content: ['10.10.1.11', '10.10.1.12'] }] };
  const opt1 = [reservation(11, '10.10.1'), reservation(12, '10.10.1')];
  return [
    {
      name: 'reservations with every step',
      body: body({ segments: [{ interface: 'opt1', settings: steps, reservations: opt1 }] }),
      ends: 'confirm',
      holds: {
        [CONF]: [
          'option custom-opt1-0 255.255.255.255;',
          'option custom-opt1-1 code 121 = string;',
          'option custom-opt1-1 20:0a:0a:01:01:00:00:00:00:00:0a:0a:01:01;',
          'deny unknown-clients;',
          'fixed-address 10.10.1.11;',
        ],
        '/tmp/commands.log': ['ifconfig em2 staticarp'],
      },
    },
    {
      name: 'the mask where the DHCP page left an empty option',
      body: body({
        segments: [
          { interface: 'opt2', settings: { mask: '255.255.255.255' }, reservations: [reservation(21, '10.20.0')] },
        ],
      }),
      ends: 'rollback',
      holds: { [CONF]: ['option custom-opt2-0 255.255.255.255;', 'fixed-address 10.20.0.21;'] },
    },
    {
      name: 'aliases, rules and destination NAT',
      body: body(policy),
      ends: 'gui_confirm',
      holds: { '/conf/config.xml': ['<name>s32_home_web</name>', 'slash32:home:rule/1', 'slash32:home:nat/site'] },
    },
    {
      name: 'a changed alias',
      body: body(changed),
      ends: 'gui_rollback',
      holds: { '/conf/config.xml': ['10.10.1.12'] },
    },
  ];
}

function body(parts) {
  return {
    owner: 'home',
    fingerprint: '0'.repeat(64),
    host: 'incus1',
    take_over: false,
    message: 'slash32 sync by home: tried on a checkout',
    confirm_seconds: 120,
    token: randomBytes(32).toString('hex'),
    dry_run: false,
    segments: [],
    ...parts,
  };
}
