import { parseSpan } from '../../../model/ip.js';
import { child, textOf, type XmlElement } from '../../../xml/element.js';
import { type Row, textField } from '../api/rows.js';
import { listed } from '../isc/values.js';
import { antiLockoutOf } from './automatic.js';
import {
  anyEnd,
  automaticDraft,
  type EndpointDraft,
  type RedirectDraft,
  type RuleDraft,
  type TranslationDraft,
} from './draft.js';
import { type Hops, type Plain, readEffects } from './effects.js';
import { readLegacyEnd } from './legacy-rules.js';
import { readFamily } from './model-rules.js';
import { splitList } from './names.js';
import { comparePlaces, PRIORITY } from './order.js';
import { helperOn, type Inside } from './static-nat.js';
import { isSet } from './values.js';

/**
 * Port forwards of a config.xml in order: by sequence, as the model of 26.1 and later sorts them; where none has one, in the
 * order of the file, as 25.7 writes them.
 */
export function readForwards(root: XmlElement, isOld: boolean): RedirectDraft[] {
  const elements = listed(child(root, 'nat'), 'rule');
  const forwards = elements.map((element, at) => {
    const id = element.attributes.uuid ?? `nat/rule ${at + 1}`;
    const draft = readForward(
      id,
      (name) => textOf(element, name),
      readLegacyEnd(child(element, 'source'), isOld),
      readLegacyEnd(child(element, 'destination'), isOld),
    );
    const sequence = Number(textOf(element, 'sequence')) || 0;
    // 25.7 knows no rule that comes with a redirect, so that any value lets it pass, and takes an empty tag for a word against reflection
    const association = isOld && isSet(draft.association) ? 'pass' : draft.association;
    const silent = isOld && child(element, 'natreflection') !== undefined && draft.reflection === '';
    return {
      draft: { ...draft, association, reflection: silent ? 'disable' : draft.reflection, offset: element.start },
      place: { priority: 600, model: true, sequence, id },
    };
  });
  const inOrder = isOld || elements.every((element) => textOf(element, 'sequence') === '');
  const sorted = inOrder ? forwards : [...forwards].sort((a, b) => comparePlaces(a.place, b.place));
  return sorted.map(({ draft }) => draft);
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
    association: field('pass') || (field('associated-rule-id') === 'pass' ? 'pass' : ''),
    reflection: field('natreflection'),
    log: isSet(field('log')),
    description: field('descr'),
    unknowns: tagged === '' ? [] : [`it asks for the tag ${JSON.stringify(tagged)} of another rule`],
  };
}

/** What keeps the ports of the firewall itself from being redirected: before every redirect. */
export function exemptions(root: XmlElement): RedirectDraft[] {
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

/** Where redirects are reflected, and whether they are. */
export interface Reflection {
  /** Interfaces without a gateway. */
  readonly inside: readonly Inside[];
  /** Of redirects that do not say; undefined when it cannot be seen, and then the copies only may hold. */
  readonly system: boolean | undefined;
  /** Whether rules can stand on an interface: it is there and switched on. */
  readonly canStand: (id: string) => boolean;
}

/**
 * A redirect also holds on interfaces inside when reflection is on (ForwardRule.php): those without a gateway that have addresses
 * of its family. One whose own interface is off is left out, and so are its copies.
 */
export function withReflection(
  drafts: readonly RedirectDraft[],
  { inside, system, canStand }: Reflection,
): RedirectDraft[] {
  return drafts.flatMap((draft) => {
    const said = draft.reflection === 'purenat' || draft.reflection === 'enable';
    const off = draft.exempt || !draft.enabled || draft.reflection === 'disable' || !draft.interfaces.some(canStand);
    const more = inside
      .filter((one) => hasFamily(one, draft) && !draft.interfaces.includes(one.id))
      .map(({ id }) => id);
    if (off || more.length === 0 || (!said && system === false)) return [draft];
    if (said || system === true) return [{ ...draft, interfaces: [...draft.interfaces, ...more] }];
    const doubt = 'whether NAT reflection is on by default cannot be seen';
    return [draft, { ...draft, id: `${draft.id} reflected`, interfaces: more, unknowns: [...draft.unknowns, doubt] }];
  });
}

/** The family that a redirect names, or that of its target. */
function hasFamily({ families }: Inside, { family, target }: RedirectDraft): boolean {
  if (family === 'inet46') return families.size > 0;
  return families.has(family === '' ? (parseSpan(target)?.family ?? 'inet6') : family);
}

/**
 * The source NAT of the reflection helper (ForwardRule.php, `rdr_nat`): on every interface of a redirect, what stands there and
 * goes to the target comes from the firewall itself.
 */
export function reflectionHelpers(
  drafts: readonly RedirectDraft[],
  ownOf: (id: string, family: RuleDraft['family']) => readonly string[] | undefined,
): TranslationDraft[] {
  return drafts
    .filter((draft) => draft.enabled && !draft.exempt)
    .flatMap((draft) =>
      draft.interfaces.flatMap((id) => {
        const own = ownOf(id, draft.family);
        return own === undefined ? [] : [helperOn(id, own, anyEnd(draft.target, helperPort(draft)), draft)];
      }),
    );
}

/** The port that stands there is written only where one is named. */
function helperPort(draft: RedirectDraft): string {
  if (draft.targetPort === '') return '';
  const isAlias = !/^\d+$/.test(draft.targetPort);
  return isAlias && draft.targetPort === draft.destination.port ? '' : associatedPort(draft);
}

/** The filter rules that redirects bring with them (filter.lib.inc, "auto-generated DNAT rules"): last of all, and they keep no reflection. */
export function associatedRules(drafts: readonly RedirectDraft[], hops: Hops): RuleDraft[] {
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
        answersTo: readEffects(() => '', plainOf(draft), hops).answersTo,
      }),
    );
}

function plainOf({ interfaces, family }: RedirectDraft): Plain {
  return { enabled: true, action: 'pass', direction: 'in', interfaces, interfacesNot: false, family };
}

function associatedPort(draft: RedirectDraft): string {
  if (draft.targetPort === '') return draft.destination.port;
  const span = /^(\d+)[-:](\d+)$/.exec(draft.destination.port);
  if (span === null || !/^\d+$/.test(draft.targetPort)) return draft.targetPort;
  return `${draft.targetPort}-${Number(span[2]) - Number(span[1]) + Number(draft.targetPort)}`;
}
