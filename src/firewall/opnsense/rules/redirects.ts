import { type Row, textField } from '../api/rows.js';
import { listed } from '../isc/values.js';
import { child, childrenNamed, textOf, type XmlElement } from '../xml/element.js';
import { antiLockoutOf } from './automatic.js';
import { anyEnd, automaticDraft, type EndpointDraft, type RedirectDraft, type RuleDraft } from './draft.js';
import { readLegacyEnd } from './legacy-rules.js';
import { isSet, readFamily } from './model-rules.js';
import { splitList } from './names.js';
import { comparePlaces, PRIORITY } from './order.js';

/** Redirects of a config.xml in order: the anti-lockout exemptions, port forwards by sequence, then one-to-one NAT. */
export function readConfigRedirects(root: XmlElement): RedirectDraft[] {
  const forwards = listed(child(root, 'nat'), 'rule').map((element, at) => {
    const id = element.attributes.uuid ?? `nat/rule ${at + 1}`;
    const draft = readForward(
      id,
      (name) => textOf(element, name),
      readLegacyEnd(child(element, 'source')),
      readLegacyEnd(child(element, 'destination')),
    );
    return { draft, place: { priority: 600, model: true, sequence: Number(textOf(element, 'sequence')) || 0, id } };
  });
  const sorted = forwards.sort((a, b) => comparePlaces(a.place, b.place)).map(({ draft }) => draft);
  return [...exemptions(root), ...sorted, ...oneToOne(root)];
}

/** Redirects of the rows of `firewall/d_nat/searchRule`, in order. */
export function readRedirectRows(rows: readonly Row[]): RedirectDraft[] {
  const placed = rows.map((row) => {
    const id = textField(row, 'uuid');
    const end = (side: string): EndpointDraft => ({
      net: textField(row, `${side}.network`) || textField(row, `${side}.address`) || 'any',
      not: isSet(textField(row, `${side}.not`)),
      port: textField(row, `${side}.port`),
    });
    const draft = readForward(id, (name) => textField(row, name), end('source'), end('destination'));
    const automatic: RedirectDraft = row.is_automatic === true ? { ...draft, origin: 'automatic' } : draft;
    const priority = Number(textField(row, 'prio_group')) || 0;
    return {
      draft: automatic,
      place: { priority, model: true, sequence: Number(textField(row, 'sequence')) || 0, id },
    };
  });
  return placed.sort((a, b) => comparePlaces(a.place, b.place)).map(({ draft }) => draft);
}

function readForward(
  id: string,
  field: (name: string) => string,
  source: EndpointDraft,
  destination: EndpointDraft,
): RedirectDraft {
  const tagged = field('tagged');
  return {
    id,
    sequence: Number(field('sequence')) || 0,
    origin: 'foreign',
    enabled: !isSet(field('disabled')),
    exempt: isSet(field('nordr')),
    interfaces: splitList(field('interface')),
    family: readFamily(field('ipprotocol')),
    protocol: field('protocol'),
    source,
    destination,
    target: field('target'),
    targetPort: field('local-port'),
    association: field('pass'),
    reflection: field('natreflection'),
    log: isSet(field('log')),
    description: field('descr'),
    unknowns: tagged === '' ? [] : [`it asks for the tag ${JSON.stringify(tagged)} of another rule`],
  };
}

function exemptions(root: XmlElement): RedirectDraft[] {
  const kept = antiLockoutOf(root);
  return (kept?.ports ?? []).map((port) => ({
    id: `automatic/anti-lockout redirect ${port}`,
    origin: 'automatic',
    enabled: true,
    exempt: true,
    interfaces: kept === undefined ? [] : [kept.interface],
    family: '',
    protocol: 'tcp',
    source: anyEnd(),
    destination: anyEnd(`${kept?.interface ?? ''}ip`, port),
    target: '',
    targetPort: '',
    association: '',
    reflection: 'disable',
    log: false,
    description: 'Anti-lockout; prevent redirects for protected ports to this interface address',
    unknowns: [],
  }));
}

/** One-to-one NAT maps whole networks; slash32 sees where it begins and says that it does not follow it. */
function oneToOne(root: XmlElement): RedirectDraft[] {
  const section = child(child(child(child(root, 'OPNsense'), 'Firewall'), 'Filter'), 'onetoone');
  return childrenNamed(section, 'rule')
    .filter((element) => isSet(textOf(element, 'enabled')))
    .map((element) => ({
      ...readForward(
        element.attributes.uuid ?? '',
        (name) => textOf(element, name),
        anyEnd(),
        anyEnd(textOf(element, 'external')),
      ),
      sequence: undefined,
      target: '<one-to-one NAT>',
      description: textOf(element, 'description'),
    }));
}

/**
 * A redirect also holds on interfaces inside when reflection is on (ForwardRule.php): those without a gateway. `system` is
 * the setting for redirects that do not say; undefined when it cannot be seen, and then the copies only may hold.
 */
export function withReflection(
  drafts: readonly RedirectDraft[],
  inside: readonly string[],
  system: boolean | undefined,
): RedirectDraft[] {
  return drafts.flatMap((draft) => {
    const said = draft.reflection === 'purenat' || draft.reflection === 'enable';
    const off = draft.exempt || draft.reflection === 'disable' || draft.interfaces.length === 0;
    const more = inside.filter((id) => !draft.interfaces.includes(id));
    if (off || more.length === 0 || (!said && system === false)) return [draft];
    if (said || system === true) return [{ ...draft, interfaces: [...draft.interfaces, ...more] }];
    const doubt = 'whether NAT reflection is on by default cannot be seen';
    return [draft, { ...draft, id: `${draft.id} reflected`, interfaces: more, unknowns: [...draft.unknowns, doubt] }];
  });
}

/** The filter rules that redirects bring with them (filter.lib.inc, "auto-generated DNAT rules"): last of all, and they keep no reflection. */
export function associatedRules(drafts: readonly RedirectDraft[]): RuleDraft[] {
  return drafts
    .filter((draft) => draft.enabled && draft.association === 'rule')
    .map((draft) =>
      automaticDraft({
        id: `${draft.id} associated`,
        description: draft.description,
        priority: PRIORITY.redirected,
        interfaces: draft.interfaces,
        family: draft.family,
        protocol: draft.protocol,
        source: draft.source,
        destination: anyEnd(draft.target, associatedPort(draft)),
        log: draft.log,
      }),
    );
}

function associatedPort(draft: RedirectDraft): string {
  if (draft.targetPort === '') return draft.destination.port;
  const span = /^(\d+)[-:](\d+)$/.exec(draft.destination.port);
  if (span === null || !/^\d+$/.test(draft.targetPort)) return draft.targetPort;
  return `${draft.targetPort}-${Number(span[2]) - Number(span[1]) + Number(draft.targetPort)}`;
}
