import { childOf, type SimNode, textAt } from '../node.js';
import {
  ALIASES,
  CATEGORIES,
  checkCommon,
  entriesOf,
  fieldAt,
  isAddress,
  isPort,
  isTarget,
  type Kind,
  type Wrong,
} from './entries.js';
import { checkRule } from './rule-check.js';

/** Kinds of content that the simulation knows. */
const CHECKED_TYPES = ['host', 'network', 'port'];
/** OPNsense makes an alias of each element of `<interfaces>`. */
function isNetworkAlias(root: SimNode, item: string): boolean {
  const id = /^__(\w+)_network$/.exec(item)?.[1];
  return id !== undefined && childOf(childOf(root, 'interfaces'), id) !== undefined;
}

const NAME = /^(?!__)[A-Za-z_][A-Za-z0-9_]{0,30}$/;

export const RULE: Kind = {
  path: ['OPNsense', 'Firewall', 'Filter', 'rules'],
  tag: 'rule',
  wrapper: 'rule',
  defaults: {
    enabled: '1',
    statetype: 'keep',
    sequence: '1',
    action: 'pass',
    quick: '1',
    interfacenot: '0',
    interface: '',
    direction: 'in',
    ipprotocol: 'inet',
    protocol: 'any',
    icmptype: '',
    icmp6type: '',
    source_net: 'any',
    source_not: '0',
    source_port: '',
    destination_net: 'any',
    destination_not: '0',
    destination_port: '',
    gateway: '',
    replyto: '',
    log: '0',
    tcpflags1: '',
    tcpflags2: '',
    tcpflags_any: '0',
    tagged: '',
    categories: '',
    sched: '',
    description: '',
  },
  check: checkRule,
};

export const ALIAS: Kind = {
  ...ALIASES,
  wrapper: 'alias',
  defaults: {
    enabled: '1',
    name: '',
    type: 'host',
    path_expression: '',
    proto: '',
    interface: '',
    counters: '0',
    updatefreq: '',
    content: '',
    password: '',
    username: '',
    authtype: '',
    expire: '',
    categories: '',
    description: '',
  },
  check(entry, root, isChanged) {
    const wrong: Wrong = {};
    const name = textAt(entry, 'name');
    if (!NAME.test(name))
      wrong.name =
        'The name must start with a letter or single underscore, be less than 32 characters and only consist of alphanumeric characters or underscores.';
    if (entriesOf(root, ALIAS).filter((one) => textAt(one, 'name') === name).length > 1)
      wrong.name = 'An alias with this name already exists.';
    const type = textAt(entry, 'type');
    for (const item of textAt(entry, 'content').split('\n').filter(Boolean)) {
      if (!CHECKED_TYPES.includes(type)) break;
      const fits =
        type === 'port'
          ? /^\d{1,5}(:\d{1,5})?$/.test(item)
          : isAddress(item.replace(/^!/, '')) || isNetworkAlias(root, item);
      const isPlain = type !== 'host' || !item.includes('/');
      if (!fits || !isPlain)
        wrong.content = `Entry "${item}" is not a valid ${type === 'port' ? 'port number' : 'hostname, IP address or range'}.`;
    }
    checkCommon(entry, 'categories', root, isChanged, wrong);
    return wrong;
  },
};

export const REDIRECT: Kind = {
  path: ['nat'],
  tag: 'rule',
  wrapper: 'rule',
  defaults: {
    sequence: '1',
    disabled: '0',
    nordr: '0',
    interface: '',
    ipprotocol: '',
    protocol: '',
    'source.network': 'any',
    'source.port': '',
    'source.not': '0',
    'destination.network': 'any',
    'destination.port': '',
    'destination.not': '0',
    target: '',
    'local-port': '',
    poolopts: '',
    log: '0',
    category: '',
    descr: '',
    tag: '',
    tagged: '',
    nosync: '0',
    natreflection: '',
    pass: '',
  },
  check(entry, root) {
    const wrong: Wrong = {};
    const interfaces = childOf(root, 'interfaces')?.children.map((one) => one.name) ?? [];
    for (const id of textAt(entry, 'interface').split(',').filter(Boolean))
      if (!interfaces.includes(id)) wrong.interface = `Option [${id}] not in list.`;
    const protocol = textAt(entry, 'protocol').toUpperCase();
    if (!['', 'TCP', 'UDP', 'TCP/UDP', 'ICMP', 'ESP', 'AH', 'GRE'].includes(protocol))
      wrong.protocol = 'Option [] not in list.';
    const target = textAt(entry, 'target');
    if (target !== '' && !isTarget(target, root)) wrong.target = `${target} is not a valid source IP address or alias.`;
    const local = textAt(entry, 'local-port');
    const words = [
      ...(local === '' || (isPort(local, root) && !local.includes('-'))
        ? []
        : ['Please specify a valid port number or alias.']),
      ...(local === '' || ['TCP', 'UDP', 'TCP/UDP'].includes(protocol)
        ? []
        : ['Ports are only valid for TCP or UDP type rules.']),
    ];
    if (words.length > 0) wrong['local-port'] = words.length === 1 ? (words[0] ?? '') : words;
    if (fieldAt(entry, 'destination.port') !== '' && !isPort(fieldAt(entry, 'destination.port'), root))
      wrong['destination.port'] = 'Please specify a valid port number, well-known name, alias or range.';
    return wrong;
  },
};

export const CATEGORY_KIND: Kind = {
  ...CATEGORIES,
  wrapper: 'category',
  defaults: { name: '', auto: '0', color: '' },
  check(entry, root) {
    const wrong: Wrong = {};
    const name = textAt(entry, 'name');
    if (name === '') wrong.name = 'A value is required.';
    else if (name.includes(',')) wrong.name = 'Text does not validate.';
    if (!/^([0-9a-fA-F]{6})?$/.test(textAt(entry, 'color')))
      wrong.color = 'A valid color code consists of 6 hex digits.';
    if (entriesOf(root, CATEGORY_KIND).filter((one) => textAt(one, 'name') === name).length > 1)
      wrong.name = 'A category with this name already exists.';
    return wrong;
  },
};
