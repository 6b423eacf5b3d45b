import { readRoutes } from '../../../model/host-routes.js';
import { numberOf } from '../dhcpd.js';
import { interfaceBehind } from './alias-checks.js';
import { cutNonsense } from './cut-sense.js';
import { markerOf, ownerOf } from './marker.js';
import type {
  Complaint,
  PluginAlias,
  PluginApply,
  PluginRedirect,
  PluginReservation,
  PluginRule,
  PluginSegment,
} from './model.js';

/** Entries of all kinds together. */
const MOST = 20_000;

/** What is wrong with a request whose fields all have the right types, whatever firewall it is sent to. */
export function findNonsense(apply: PluginApply): Complaint[] {
  const { owner, segments = [], aliases = [], rules = [], redirects = [] } = apply;
  const lists = segments.map(
    ({ reservations = [], release = [], adopt = [] }) => reservations.length + release.length + adopt.length,
  );
  const entries = lists.reduce((sum, length) => sum + length, aliases.length + rules.length + redirects.length);
  if (entries > MOST)
    return [{ where: '', object: owner, message: `It has more than ${MOST} entries in all. Send it in parts.` }];
  return [
    ...twice('segments', 'interface', segments, (one) => one.interface),
    ...twice('aliases', 'name', aliases, (one) => one.name.toLowerCase()),
    ...twice('rules', 'descr', rules, (one) => markerOf(one.descr)),
    ...twice('redirects', 'descr', redirects, (one) => markerOf(one.descr)),
    ...unmarked('aliases', aliases, owner),
    ...unmarked('rules', rules, owner),
    ...unmarked('redirects', redirects, owner),
    ...segments.flatMap((segment, at) => inSegment(`segments/${at}`, segment, owner)),
    ...aliases.flatMap((alias, at) => inAlias(`aliases/${at}`, alias)),
    ...rules.flatMap((rule, at) => inRule(`rules/${at}`, rule)),
    ...redirects.flatMap((redirect, at) => inRedirect(`redirects/${at}`, redirect)),
    ...cutNonsense(apply.cut),
  ];
}

function inSegment(where: string, segment: PluginSegment, owner: string): Complaint[] {
  const { reservations, adopt = [], release = [], interface: id } = segment;
  const wanted = reservations ?? [];
  const complain = (place: string, message: string): Complaint => ({ where: `${where}/${place}`, object: id, message });
  const kept = release.flatMap((one, at) => [
    ...(ownerOf(one.descr) === undefined
      ? []
      : [complain(`release/${at}/descr`, 'An entry that is handed over must not keep a marker.')]),
    ...(one.at === undefined ? [complain(`release/${at}/at`, 'Only an entry that is there can be handed over.')] : []),
  ]);
  const missing =
    reservations === undefined && adopt.length + release.length > 0
      ? [complain('reservations', 'It is missing, though entries are adopted or released.')]
      : [];
  const unused = adopt
    .filter((one) => !wanted.some((each) => each.at === one.at))
    .map((one) => complain('adopt', `Entry ${one.at} is adopted, but no reservation takes its place.`));
  const fields = ['mac', 'ipaddr', 'hostname', 'at'] as const;
  return [
    ...missing,
    ...unmarked(`${where}/reservations`, wanted, owner),
    ...kept,
    ...fields.flatMap((field) => twice(`${where}/reservations`, field, [...wanted, ...release], keyOf(field))),
    ...unused,
    ...inSettings(segment, complain),
  ];
}

function inSettings(
  { settings = {} }: PluginSegment,
  complain: (place: string, message: string) => Complaint,
): Complaint[] {
  const { range, mask, routes } = settings;
  const reversed = range && (numberOf(range.from) ?? 0) > (numberOf(range.to) ?? 0);
  const bits = (numberOf(mask ?? '255.255.255.255') ?? 0).toString(2).padStart(32, '0');
  return [
    ...(reversed ? [complain('settings/range', 'The range ends before it begins.')] : []),
    ...(/^1+0*$/.test(bits) ? [] : [complain('settings/mask', `${mask} is no mask.`)]),
    ...(routes && readRoutes(routes) === undefined
      ? [complain('settings/routes', 'It is no list of routes as option 121 has it.')]
      : []),
  ];
}

function inAlias(where: string, { name, type, content }: PluginAlias): Complaint[] {
  return content.flatMap((item, at) =>
    FITS[type](item)
      ? []
      : [{ where: `${where}/content/${at}`, object: name, message: `It does not fit into an alias of type ${type}.` }],
  );
}

const FITS: Readonly<Record<PluginAlias['type'], (item: string) => boolean>> = {
  host: (item) => numberOf(item) !== undefined,
  network: (item) =>
    interfaceBehind(item) !== undefined ||
    numberOf(item.replace(/^!/, '').replace(/\/(\d|[12]\d|3[0-2])$/, '')) !== undefined,
  port(item) {
    const ends = item.split(':').map(Number);
    const rising = ends[1] === undefined || (ends[0] ?? 0) < ends[1];
    return /^\d{1,5}(:\d{1,5})?$/.test(item) && ends.every((end) => end >= 1 && end <= 65_535) && rising;
  },
};

function inRule(where: string, rule: PluginRule): Complaint[] {
  const { protocol = 'any', source_port: from = '', destination_port: to = '', icmptype = '' } = rule;
  const object = rule.descr;
  const ports = !['TCP', 'UDP', 'TCP/UDP'].includes(String(protocol)) && `${from}${to}` !== '';
  return [
    ...(ports ? [{ where: `${where}/destination_port`, object, message: 'Ports go with TCP and UDP only.' }] : []),
    ...(icmptype !== '' && protocol !== 'ICMP'
      ? [{ where: `${where}/icmptype`, object, message: 'It goes with ICMP only.' }]
      : []),
  ];
}

function inRedirect(where: string, redirect: PluginRedirect): Complaint[] {
  const { interface: id, destination_net: net, destination_port: ports, local_port: local, descr: object } = redirect;
  const [from = 0, to = from] = ports.split('-').map(Number);
  const isRange = from >= 1 && from <= to && to <= 65_535;
  const complain = (field: string, message: string): Complaint => ({ where: `${where}/${field}`, object, message });
  return [
    ...(numberOf(net) === undefined && net !== `${id}ip`
      ? [complain('destination_net', 'It is neither an IPv4 address nor the id of the interface with "ip" behind it.')]
      : []),
    ...(isRange ? [] : [complain('destination_port', 'It is no port or range of ports.')]),
    ...(isRange && local + to - from > 65_535 ? [complain('local_port', 'The range would go on behind 65535.')] : []),
  ];
}

function unmarked(where: string, list: readonly { readonly descr: string }[], owner: string): Complaint[] {
  return list.flatMap(({ descr }, at) =>
    ownerOf(descr) === owner
      ? []
      : [{ where: `${where}/${at}/descr`, object: descr, message: 'It does not end in the marker of the owner.' }],
  );
}

function twice<T>(where: string, field: string, list: readonly T[], key: (one: T) => string | undefined): Complaint[] {
  const seen = new Set<string>();
  return list.flatMap((one, at) => {
    const value = key(one);
    if (value === undefined || value === '') return [];
    if (seen.has(value))
      return [
        { where: `${where}/${at}/${field}`, object: value, message: `The ${field} ${value} stands there twice.` },
      ];
    seen.add(value);
    return [];
  });
}

function keyOf(field: 'mac' | 'ipaddr' | 'hostname' | 'at'): (one: PluginReservation) => string | undefined {
  return (one) => (one[field] === undefined ? undefined : String(one[field]).toLowerCase());
}
