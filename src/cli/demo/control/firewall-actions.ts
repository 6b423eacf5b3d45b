import { parseAddress } from '../../../model/address.js';
import { isHostLabel } from '../../../model/hostname.js';
import { isUnicastMac, normalizeMac } from '../../../model/mac.js';
import { childOf, childrenOf, node, type SimNode, setText, textAt } from '../../../sim/opnsense/node.js';
import type { DemoWorld } from '../world.js';
import { type Action, type Choice, type Field, plainChoices } from './action.js';
import { mappingsOf } from './state.js';

const MAPPING: Field = { name: 'mapping', label: 'static mapping', choices: mappingChoices };
const INTERFACES = ['opt1', 'opt2', 'opt3'];
/** Long enough to be noticed, short enough to wait for. */
const REBOOT_MS = 3_000;

/** What people do on the firewall's own pages, and what befalls it. */
export const FIREWALL_ACTIONS: readonly Action[] = [
  {
    id: 'map-add',
    title: 'Enter a static mapping by hand',
    about: 'Services: ISC DHCPv4 on a real firewall.',
    fields: [
      { name: 'interface', label: 'interface', choices: () => plainChoices(INTERFACES) },
      { name: 'mac', label: 'MAC address', example: '52:54:00:00:00:01' },
      { name: 'address', label: 'address', example: '10.3.0.190' },
      { name: 'hostname', label: 'host name', example: 'printer' },
    ],
    run: ({ firewall }, { interface: id = '', mac = '', address = '', hostname = '' }) => {
      const known = normalizeMac(mac);
      if (known === undefined || !isUnicastMac(known)) throw new Error(`"${mac}" is no MAC address.`);
      assertAddress(address);
      if (!isHostLabel(hostname)) throw new Error(`"${hostname}" is no host name.`);
      saved(firewall, (root) => {
        const map = node('staticmap', [
          node('mac', known),
          node('ipaddr', address),
          node('hostname', hostname),
          node('descr', 'Entered by hand'),
        ]);
        childOf(childOf(root, 'dhcpd'), id)?.children.push(map);
      });
      return `${hostname} has ${address} on ${id} now, entered by hand.`;
    },
  },
  {
    id: 'map-change',
    title: 'Change the address of a static mapping',
    fields: [MAPPING, { name: 'address', label: 'new address', example: '10.3.0.191' }],
    run: ({ firewall }, { mapping = '', address = '' }) => {
      assertAddress(address);
      saved(firewall, (root) => setText(mappingAt(root, mapping), 'ipaddr', address));
      return `${mapping} has the address ${address} now.`;
    },
  },
  {
    id: 'map-delete',
    title: 'Delete a static mapping',
    fields: [MAPPING],
    run: ({ firewall }, { mapping = '' }) => {
      saved(firewall, (root) => {
        const gone = mappingAt(root, mapping);
        const [id = ''] = mapping.split(' ');
        const section = childOf(childOf(root, 'dhcpd'), id);
        if (section !== undefined) section.children = section.children.filter((one) => one !== gone);
      });
      return `${mapping} is deleted.`;
    },
  },
  {
    id: 'dhcp-break',
    title: 'Let DHCP fail at its next start',
    fields: [],
    run: ({ firewall }) => {
      firewall.breakDhcpd(true);
      return 'DHCP will not come up when it is started next.';
    },
  },
  {
    id: 'dhcp-mend',
    title: 'Mend DHCP',
    fields: [],
    run: ({ firewall }) => {
      firewall.breakDhcpd(false);
      firewall.restartDhcp();
      return 'DHCP runs.';
    },
  },
  {
    id: 'cut-next',
    title: 'Let the next change cut the way',
    about: 'After the next apply nobody reaches the firewall, until it has put back what it had by itself.',
    fields: [],
    run: ({ firewall }) => {
      firewall.cutAfterApply();
      return 'The next apply will cut the way to the firewall.';
    },
  },
  {
    id: 'cut',
    title: 'Cut the way to the firewall',
    about: 'The firewall itself goes on, and its watch over a change that waits with it.',
    fields: [],
    run: ({ firewall }) => {
      firewall.cutWay(true);
      return 'Nobody reaches the firewall.';
    },
  },
  {
    id: 'uncut',
    title: 'Mend the way to the firewall',
    fields: [],
    run: ({ firewall }) => {
      firewall.cutWay(false);
      return firewall.isWayCut()
        ? 'That cut is mended. What was applied last still cuts the way, until the firewall puts it back.'
        : 'The firewall can be reached.';
    },
  },
  {
    id: 'reboot',
    title: 'Reboot the firewall',
    about: 'A change that nobody confirmed is undone by it.',
    fields: [],
    run: ({ firewall }) => {
      firewall.reboot(REBOOT_MS);
      return `The firewall boots, and is back in ${REBOOT_MS / 1000} seconds.`;
    },
  },
];

function saved(firewall: DemoWorld['firewall'], edit: (root: SimNode) => void): void {
  firewall.save(edit, { description: '/services_dhcp_edit.php made changes' });
  firewall.restartDhcp();
}

function mappingChoices({ firewall }: DemoWorld): readonly Choice[] {
  return mappingsOf(firewall.configText()).map((map) => ({
    value: map.key,
    text: `${map.name} (${map.interface} ${map.address}${map.owner === undefined ? ', by hand' : ''})`,
  }));
}

/** By interface and MAC address, which nobody has twice on one interface. */
function mappingAt(root: SimNode, key: string): SimNode {
  const [id = '', mac = ''] = key.split(' ');
  const found = childrenOf(childOf(childOf(root, 'dhcpd'), id), 'staticmap').find((map) => textAt(map, 'mac') === mac);
  if (found === undefined) throw new Error(`${key} is not there any more.`);
  return found;
}

function assertAddress(address: string): void {
  if (parseAddress(address) === undefined) throw new Error(`"${address}" is no IPv4 address.`);
}
