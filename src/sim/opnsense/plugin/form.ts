import type { ErrorObject } from 'ajv/dist/2020.js';
import { lazily } from '../../../schema/compile.js';
import type { Complaint, PluginApply } from './model.js';
import { findNonsense } from './sense.js';

/** No control characters, and none of the other ends of a line. */
const LINE = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufffe\\uffff]*$';
const text = (bytes: number, pattern = LINE) => ({ type: 'string', bytes, pattern });
const address = { type: 'string', format: 'ipv4' };
const mac = { type: 'string', pattern: '^[0-9a-f]{2}(:[0-9a-f]{2}){5}$' };
const at = { type: 'integer', minimum: 0, maximum: 20_000 };
const optional = (schema: object) => ({ anyOf: [{ type: 'null' }, schema] });
const id = { type: 'string', pattern: '^[a-z][a-z0-9_]{0,31}$' };
const shape = (properties: object, required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const list = (items: object) => ({ type: 'array', items, maxItems: 20_000 });

const RESERVATION = shape(
  {
    at,
    mac,
    ipaddr: address,
    hostname: text(63, '^[A-Za-z0-9 ._-]*$'),
    descr: text(255),
    arp: { type: 'boolean' },
  },
  ['mac', 'ipaddr', 'hostname', 'descr'],
);

const MACS = {
  type: 'string',
  pattern: '^[0-9a-f]{2}(:[0-9a-f]{2}){0,5}(,[0-9a-f]{2}(:[0-9a-f]{2}){0,5})*$',
};
const optionalText = (schema: object) => ({ anyOf: [{ const: '' }, schema] });

const SETTINGS = shape(
  {
    enabled: { type: ['boolean', 'null'] },
    range: optional(shape({ from: address, to: address }, ['from', 'to'])),
    mask: optional(address),
    routes: optional({ type: 'string', pattern: '^[0-9a-f]{2}(:[0-9a-f]{2}){4,253}$' }),
    deny_unknown: { type: ['boolean', 'null'] },
    mac_allow: optional(MACS),
    static_arp: { type: ['boolean', 'null'] },
    router: optional({ anyOf: [address, { const: 'none' }] }),
    pools: list(
      shape(
        {
          from: optionalText(address),
          to: optionalText(address),
          deny_unknown: { type: 'boolean' },
          mac_allow: optional(optionalText(MACS)),
        },
        ['from', 'to', 'deny_unknown', 'mac_allow'],
      ),
    ),
  },
  [],
);

const SEGMENT = shape(
  {
    interface: id,
    settings: SETTINGS,
    reservations: list(RESERVATION),
    adopt: list(shape({ at, mac: text(64) }, ['at', 'mac'])),
    release: list(RESERVATION),
  },
  ['interface'],
);

const ALIAS = shape(
  {
    name: { type: 'string', pattern: '^(?!__)[A-Za-z_][A-Za-z0-9_]{0,30}$' },
    type: { enum: ['host', 'network', 'port'] },
    content: list(text(64, '^(!?[0-9./:]+|__[A-Za-z0-9_]{1,32}_network)$')),
    descr: text(255),
    enabled: { type: 'boolean' },
  },
  ['name', 'type', 'content', 'descr'],
);

const ICMP = [
  ...['echoreq', 'echorep', 'unreach', 'redir', 'routeradv', 'routersol', 'timex', 'paramprob', 'timereq', 'timerep'],
  ...['photuris', 'squench', 'althost', 'inforeq', 'inforep', 'maskreq', 'maskrep', 'trace', 'dataconv', 'mobredir'],
  ...['ipv6-where', 'ipv6-here', 'mobregreq', 'mobregrep', 'skip'],
].join('|');
const net = { type: 'string', pattern: '^[A-Za-z0-9_().:,/-]{1,1024}$' };
const port = { type: 'string', pattern: '^([A-Za-z0-9_]{1,31}|\\d{1,5}-\\d{1,5})?$' };
const flag = { type: 'boolean' };

const RULE = shape(
  {
    descr: text(255, `${LINE.slice(0, -3)}"\\\\]*$`),
    interface: id,
    action: { enum: ['pass', 'block', 'reject'] },
    direction: { enum: ['in', 'out'] },
    ipprotocol: { enum: ['inet', 'inet6', 'inet46'] },
    protocol: { enum: ['any', 'TCP', 'UDP', 'TCP/UDP', 'ICMP', 'IPV6-ICMP', 'ESP', 'AH', 'GRE', 'IGMP'] },
    source_net: net,
    source_not: flag,
    source_port: port,
    destination_net: net,
    destination_not: flag,
    destination_port: port,
    icmptype: text(255, `^((${ICMP})(,(${ICMP}))*)?$`),
    log: flag,
    quick: flag,
    enabled: flag,
    sequence: { type: 'integer', minimum: 1, maximum: 999_999 },
  },
  ['descr', 'interface', 'action', 'source_net', 'destination_net', 'sequence'],
);

const REDIRECT = shape(
  {
    descr: text(255, `${LINE.slice(0, -3)}"\\\\]*$`),
    interface: id,
    protocol: { enum: ['tcp', 'udp'] },
    destination_net: { anyOf: [address, { type: 'string', pattern: '^[a-z][a-z0-9_]{0,31}ip$' }] },
    destination_port: { type: 'string', pattern: '^\\d{1,5}(-\\d{1,5})?$' },
    target: address,
    local_port: { type: 'integer', minimum: 1, maximum: 65_535 },
    log: flag,
    enabled: flag,
    sequence: { type: 'integer', minimum: 1, maximum: 999_999 },
  },
  ['descr', 'interface', 'protocol', 'destination_net', 'destination_port', 'target', 'local_port', 'sequence'],
);

const place = { type: 'string', anyOf: [{ format: 'ipv4' }, { pattern: '^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$' }] };
const PROTOCOL = { type: 'string', pattern: '^([a-z0-9][a-z0-9.+-]{0,31}|[*])$' };
const NUMBERS = {
  type: 'array',
  items: { type: 'integer', minimum: 0, maximum: 65_535 },
  minItems: 2,
  maxItems: 2,
};
const SERVICE = shape(
  {
    protocol: PROTOCOL,
    except: { type: 'array', items: PROTOCOL, maxItems: 300 },
    numbers: NUMBERS,
    source_ports: NUMBERS,
    lands: shape({ address: place, port: { ...NUMBERS.items }, shifts: flag }, ['address', 'port']),
  },
  ['protocol', 'numbers'],
);
const SPANS = list({ type: 'string', pattern: '^[0-9a-fA-F:.]+(-[0-9a-fA-F:.]+)?$' });
const WAYS = shape(
  Object.fromEntries(
    ['inet', 'inet6'].map((family) => [
      family,
      list(
        shape({ from: SPANS, groups: list(shape({ to: SPANS, services: list(SERVICE) }, ['to', 'services'])) }, [
          'from',
          'groups',
        ]),
      ),
    ]),
  ),
  [],
);

/** The form of an apply, as strict as the plugin itself. */
export const APPLY = shape(
  {
    owner: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$' },
    fingerprint: { type: 'string', pattern: '^[0-9a-f]{16,64}$' },
    host: { type: 'string', pattern: '^[A-Za-z0-9._-]{0,253}$' },
    take_over: flag,
    base_revision: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    message: text(255),
    confirm_seconds: { type: 'integer', minimum: 0, maximum: 86_400 },
    token: { type: ['string', 'null'], pattern: '^[0-9a-f]{64}$' },
    dry_run: flag,
    on_backup: flag,
    segments: list(SEGMENT),
    accept_static_arp: { type: 'array', items: id, maxItems: 1000 },
    cut: shape({ apply: WAYS, undo: WAYS }, ['apply', 'undo']),
    aliases: list(ALIAS),
    rules: list(RULE),
    redirects: list(REDIRECT),
  },
  ['owner', 'fingerprint', 'base_revision'],
);

const BYTES = {
  keyword: 'bytes',
  type: 'string' as const,
  validate: (most: number, data: string) => Buffer.byteLength(data) <= most,
};
const BODY = lazily<PluginApply>(APPLY, {
  allErrors: true,
  allowUnionTypes: true,
  strictTypes: false,
  strictRequired: false,
  formats: { ipv4: /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$/ },
  keywords: [BYTES],
});

/** The body of an apply, or what is wrong with its form; before 1.5 a plugin knows no `on_backup`. */
export function readApply(
  body: Readonly<Record<string, unknown>>,
  tellsPair: boolean,
): { readonly apply: PluginApply } | { readonly errors: readonly Complaint[] } {
  const isApply = BODY();
  if (!tellsPair && 'on_backup' in body)
    return { errors: [{ where: 'on_backup', object: '', message: 'It must NOT have additional properties.' }] };
  if (!isApply(body)) return { errors: onePerPlace((isApply.errors ?? []).map(complaint)).slice(0, 50) };
  if ((body.confirm_seconds ?? 0) > 0 && typeof body.token !== 'string')
    return {
      errors: [{ where: 'token', object: body.owner, message: 'It is missing: nobody could confirm the change.' }],
    };
  const errors = findNonsense(body);
  return errors.length > 0 ? { errors } : { apply: body };
}

function onePerPlace(complaints: readonly Complaint[]): Complaint[] {
  return complaints.filter((one, at) => complaints.findIndex((other) => other.where === one.where) === at);
}

function complaint(error: ErrorObject): Complaint {
  const place = error.instancePath.slice(1);
  const { additionalProperty, missingProperty } = error.params as Record<string, string | undefined>;
  const field = additionalProperty ?? missingProperty;
  const where = field === undefined ? place : [place, field].filter((part) => part !== '').join('/');
  return { where, object: '', message: `It ${error.message ?? 'does not fit'}.` };
}
