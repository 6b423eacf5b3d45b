import { childOf, childrenOf, ensureChild, type SimNode, textAt } from '../node.js';

/** Field → OPNsense's words, several where several of its checks speak. */
type Wrong = Record<string, string | readonly string[]>;

/** What the simulated model of one kind of entry checks and completes; the real one has many fields more. */
export interface Kind {
  /** Names from the root to the list. */
  readonly path: readonly string[];
  readonly tag: string;
  /** The key that a request's fields stand under. */
  readonly wrapper: string;
  /** Fields of a new entry and their defaults, in OPNsense's order; nested ones with a dot. */
  readonly defaults: Readonly<Record<string, string>>;
  /** What is wrong with an entry: field → OPNsense's words. */
  check(entry: SimNode, root: SimNode): Readonly<Record<string, string | readonly string[]>>;
}

/** The list of a kind, made when it is missing. */
export function listOf(root: SimNode, { path }: Pick<Kind, 'path'>): SimNode {
  return path.reduce(ensureChild, root);
}

/** The entries of a kind. */
export function entriesOf(root: SimNode, { path, tag }: Pick<Kind, 'path' | 'tag'>): SimNode[] {
  let node: SimNode | undefined = root;
  for (const name of path) node = childOf(node, name);
  return childrenOf(node, tag);
}

/** The text of a field, nested ones with a dot. */
export function fieldAt(entry: SimNode, name: string): string {
  const [first = name, second] = name.split('.');
  return second === undefined ? textAt(entry, first) : textAt(childOf(entry, first), second);
}

const PORT = /^(\d{1,5})(-\d{1,5})?$/;
const NAME = /^(?!__)[A-Za-z_][A-Za-z0-9_]{0,30}$/;
const ADDRESS = /^!?\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/;

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
  check(entry, root) {
    const wrong: Wrong = {};
    const interfaces = childOf(root, 'interfaces')?.children.map((one) => one.name) ?? [];
    for (const id of textAt(entry, 'interface').split(',').filter(Boolean))
      if (!interfaces.includes(id)) wrong.interface = `Option [${id}] not in list.`;
    for (const side of ['source_net', 'destination_net'])
      if (textAt(entry, side) === '') wrong[side] = 'A value is required.';
      else if (
        !textAt(entry, side)
          .split(',')
          .every((one) => isTarget(one, root, interfaces))
      )
        wrong[side] = `${textAt(entry, side)} is not a valid source IP address or alias.`;
    const port = textAt(entry, 'destination_port');
    if (port !== '' && !['TCP', 'UDP', 'TCP/UDP'].includes(textAt(entry, 'protocol').toUpperCase()))
      wrong.destination_port = 'Destination ports are only valid for tcp or udp type rules.';
    else if (port !== '' && !isPort(port, root))
      wrong.destination_port = 'Please specify a valid portnumber, name, alias or range.';
    checkCommon(entry, 'categories', root, wrong);
    return wrong;
  },
};

export const ALIAS: Kind = {
  path: ['OPNsense', 'Firewall', 'Alias', 'aliases'],
  tag: 'alias',
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
  check(entry, root) {
    const wrong: Wrong = {};
    const name = textAt(entry, 'name');
    if (!NAME.test(name))
      wrong.name =
        'The name must start with a letter or single underscore, be less than 32 characters and only consist of alphanumeric characters or underscores.';
    if (entriesOf(root, ALIAS).filter((one) => textAt(one, 'name') === name).length > 1)
      wrong.name = 'An alias with this name already exists.';
    const type = textAt(entry, 'type');
    for (const item of textAt(entry, 'content').split('\n').filter(Boolean)) {
      const fits =
        type === 'port' ? /^\d{1,5}(:\d{1,5})?$/.test(item) : ADDRESS.test(item) || /^__[a-z0-9]+_network$/.test(item);
      const isPlain = type !== 'host' || !item.includes('/');
      if (!fits || !isPlain)
        wrong.content = `Entry "${item}" is not a valid ${type === 'port' ? 'port number' : 'hostname, IP address or range'}.`;
    }
    checkCommon(entry, 'categories', root, wrong);
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
    if (fieldAt(entry, 'destination.port') !== '' && !isPort(fieldAt(entry, 'destination.port'), root))
      wrong['destination.port'] = 'Please specify a valid port number, well-known name, alias or range.';
    return wrong;
  },
};

export const CATEGORY_KIND: Kind = {
  path: ['OPNsense', 'Firewall', 'Category', 'categories'],
  tag: 'category',
  wrapper: 'category',
  defaults: { name: '', auto: '0', color: '' },
  check(entry, root) {
    const wrong: Wrong = {};
    const name = textAt(entry, 'name');
    if (name === '') wrong.name = 'A value is required.';
    if (entriesOf(root, CATEGORY_KIND).filter((one) => textAt(one, 'name') === name).length > 1)
      wrong.name = 'A category with this name already exists.';
    return wrong;
  },
};

const DESCRIPTION = 'Description should be a string between 1 and 255 characters.';

function checkCommon(entry: SimNode, field: string, root: SimNode, wrong: Wrong): void {
  const known = entriesOf(root, CATEGORY_KIND).map((one) => one.attributes.uuid);
  for (const uuid of textAt(entry, field).split(',').filter(Boolean))
    if (!known.includes(uuid)) wrong[field] = 'Related category not found.';
  if (Buffer.byteLength(textAt(entry, 'description')) > 255) wrong.description = DESCRIPTION;
  if (textAt(entry, 'description').includes('\n')) wrong.description = ['Text may not contain newlines.', DESCRIPTION];
}

function isTarget(text: string, root: SimNode, interfaces: readonly string[]): boolean {
  if (text === 'any' || text === '(self)' || ADDRESS.test(text)) return true;
  if (interfaces.includes(text) || interfaces.includes(text.replace(/ip$/, ''))) return true;
  return entriesOf(root, ALIAS).some((one) => textAt(one, 'name') === text && textAt(one, 'type') !== 'port');
}

function isPort(text: string, root: SimNode): boolean {
  const span = PORT.exec(text);
  if (span !== null) return text.split('-').every((part) => Number(part) >= 1 && Number(part) <= 65_535);
  return (
    ['http', 'https', 'ssh', 'domain'].includes(text) ||
    entriesOf(root, ALIAS).some((one) => textAt(one, 'name') === text && textAt(one, 'type') === 'port')
  );
}
