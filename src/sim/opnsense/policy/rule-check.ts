import { childOf, type SimNode, textAt } from '../node.js';
import { checkCommon, isAddress, isPort, isTarget, type Wrong } from './entries.js';

const OPTIONS: readonly (readonly [string, readonly string[]])[] = [
  ['action', ['pass', 'block', 'reject']],
  ['direction', ['in', 'out', 'any']],
  ['ipprotocol', ['inet', 'inet6', 'inet46']],
  [
    'protocol',
    ['ANY', 'TCP', 'UDP', 'TCP/UDP', 'ICMP', 'IPV6-ICMP', 'ESP', 'AH', 'GRE', 'IGMP', 'PIM', 'OSPF', 'CARP'],
  ],
];
const SIDES = [
  ['source', 'Source', 'sources'],
  ['destination', 'Destination', 'destinations'],
] as const;
const WITH_PORTS = ['TCP', 'UDP', 'TCP/UDP'];

/**
 * OPNsense's checks of a filter rule (Filter.php, recordings fw-val-*): each changed field by itself, then the fields of a
 * changed rule against each other.
 */
export function checkRule(entry: SimNode, root: SimNode, isChanged: (field: string) => boolean): Wrong {
  const wrong: Wrong = {};
  checkFields(entry, root, isChanged, wrong);
  const protocol = textAt(entry, 'protocol').toUpperCase();
  for (const [side, label, plural] of SIDES) {
    const net = textAt(entry, `${side}_net`);
    const port = textAt(entry, `${side}_port`);
    const words = isChanged(`${side}_net`) ? targetFaults(net, root) : [];
    const family = net.includes(':') ? 'inet6' : 'inet';
    if (isAddress(net) && family !== textAt(entry, 'ipprotocol'))
      words.push(`${label} address type should match selected TCP/IP protocol version.`);
    if (net.includes(',') && net.split(',').includes('any')) words.push('Any can not be combined with other aliases');
    say(wrong, `${side}_net`, words);
    if (net.includes(',') && textAt(entry, `${side}_not`) === '1')
      wrong[side === 'source' ? 'source_not' : 'destination_net'] =
        `Inverting ${plural} is only allowed for single targets to avoid mis-interpretations`;
    if (port !== '' && !WITH_PORTS.includes(protocol))
      wrong[`${side}_port`] = `${label} ports are only valid for tcp or udp type rules.`;
    else if (port !== '' && isChanged(`${side}_port`) && !isPort(port, root))
      wrong[`${side}_port`] = 'Please specify a valid portnumber, name, alias or range.';
  }
  if (textAt(entry, 'icmptype') !== '' && protocol !== 'ICMP') wrong.icmptype = 'Option only applies to ICMP packets';
  checkCommon(entry, 'categories', root, isChanged, wrong);
  return wrong;
}

function checkFields(entry: SimNode, root: SimNode, isChanged: (field: string) => boolean, wrong: Wrong): void {
  const interfaces = childOf(root, 'interfaces')?.children.map((one) => one.name) ?? [];
  for (const id of textAt(entry, 'interface').split(',').filter(Boolean))
    if (isChanged('interface') && !interfaces.includes(id)) wrong.interface = `Option [${id}] not in list.`;
  const enabled = textAt(entry, 'enabled');
  if (enabled === '') wrong.enabled = 'A value is required.';
  else if (enabled !== '0' && enabled !== '1') wrong.enabled = 'Value should be a boolean (0,1).';
  const sequence = textAt(entry, 'sequence');
  if (!/^\d+$/.test(sequence) || Number(sequence) < 1 || Number(sequence) > 999_999)
    wrong.sequence = 'Sequence shall be between 1 and 999999.';
  for (const [field, options] of OPTIONS) {
    const text = textAt(entry, field);
    if (!options.includes(text) && !options.includes(text.toUpperCase())) wrong[field] = 'Option [] not in list.';
  }
}

/** One complaint for each part that does not fit; in a list only aliases do. */
function targetFaults(net: string, root: SimNode): string[] {
  if (net === '') return ['A value is required.'];
  const parts = net.split(',');
  const fits = (part: string): boolean =>
    isTarget(part, root) && (parts.length === 1 || (!isAddress(part) && part !== 'any'));
  return parts.filter((part) => !fits(part)).map(() => `${net} is not a valid source IP address or alias.`);
}

/** OPNsense says one complaint as a text and several as a list, in which none stands twice. */
function say(wrong: Wrong, field: string, words: readonly string[]): void {
  const [first] = words;
  if (first !== undefined) wrong[field] = words.length === 1 ? first : [...new Set(words)];
}
