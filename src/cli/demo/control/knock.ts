import { parseAddress } from '../../../model/address.js';
import { childOf, childrenOf, parseConfig, type SimNode, textAt } from '../../../sim/opnsense/node.js';
import type { DemoWorld } from '../world.js';
import type { Action } from './action.js';
import { instanceChoices } from './incus-actions.js';
import { instancesOf, interfaceOf } from './state.js';

/** A packet that the last rule of a segment dropped, for `slash32 watch` to find. */
export const KNOCK: Action = {
  id: 'knock',
  title: 'Let a packet be dropped',
  about:
    'On a segment with default: deny or watch. It goes into the log of the filter, whatever the rules before would say.',
  fields: [
    { name: 'instance', label: 'from', choices: instanceChoices },
    { name: 'address', label: 'to address', example: '9.9.9.9' },
    { name: 'port', label: 'tcp port', example: '853' },
  ],
  run: (world, { instance = '', address = '', port = '' }) => {
    if (parseAddress(address) === undefined) throw new Error(`"${address}" is no IPv4 address.`);
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535 || Number(port) === 0)
      throw new Error(`"${port}" is no port.`);
    const nic = instancesOf(world).find((one) => one.name === instance)?.nics[0];
    const id = interfaceOf(nic?.network ?? '');
    if (nic === undefined || id === undefined || nic.lease === 'none') throw new Error(`${instance} has no lease.`);
    const [source = ''] = nic.lease.split(/[/ ]/);
    const row = { protoname: 'tcp', src: source, dst: address, dstport: port, __timestamp__: new Date().toISOString() };
    const rule = {
      rid: lastRule(world, id),
      interface: deviceOf(world, id),
      dir: 'in',
      action: 'block',
      ipversion: '4',
    };
    world.firewall.setFilterLog([{ ...rule, ...row }]);
    return `A packet of ${instance} (${source}) to ${address} tcp/${port} was dropped on ${id}.`;
  },
};

/** The uuid of the rule that slash32 ends a segment with. */
function lastRule({ firewall }: DemoWorld, id: string): string {
  const filter = ['OPNsense', 'Firewall', 'Filter', 'rules'].reduce(
    (at: SimNode | undefined, name) => childOf(at, name),
    parseConfig(firewall.configText()),
  );
  const rule = childrenOf(filter, 'rule').find((one) => textAt(one, 'description').includes(`rule/${id}/default]`));
  if (rule?.attributes.uuid === undefined)
    throw new Error(`No rule of slash32 ends ${id}: set default: deny, and apply.`);
  return rule.attributes.uuid;
}

function deviceOf({ firewall }: DemoWorld, id: string): string {
  return textAt(childOf(childOf(parseConfig(firewall.configText()), 'interfaces'), id), 'if');
}
