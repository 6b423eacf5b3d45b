import type { Family } from '../../../model/ip.js';
import type { Detour, Handover, RuleAction, RuleDirection } from '../../../model/rules.js';
import type { Field } from './conditions.js';
import type { RuleDraft } from './draft.js';
import { detourTo, type Gateways, hopOf } from './gateways.js';
import { isSet } from './values.js';

/** What decides where rules send packets, beside the rules. */
export interface Hops {
  /** Where a name leads; undefined where it is none in force. */
  readonly find: (name: string) => { readonly family: Family | undefined; readonly detour: Detour } | undefined;
  /** The gateways that answers take by themselves, by interface. */
  readonly answering: Readonly<Record<Family, ReadonlyMap<string, Detour>>>;
  /** Whether a rule whose gateway is not in force is left out. */
  readonly skips: boolean;
}

/** The hops of a config.xml: `system` is a field of `<system>`. */
export function readHops(gateways: Gateways, system: Field): Hops {
  const byThemselves = !isSet(system('disablereplyto'));
  const answering = (family: Family): Map<string, Detour> =>
    new Map(
      byThemselves
        ? [...gateways.ofInterface[family]].map(([id, gateway]) => [id, detourTo(`the gateway of ${id}`, [gateway])])
        : [],
    );
  return {
    find: (name) => hopOf(gateways, name),
    answering: { inet: answering('inet'), inet6: answering('inet6') },
    skips: isSet(system('skip_rules_gw_down')),
  };
}

/** Where nothing of the gateways is seen: a name leads somewhere. */
export const UNSEEN_HOPS: Hops = {
  find: (name) => ({ family: undefined, detour: { name: `the gateway ${JSON.stringify(name)}`, ways: [] } }),
  answering: { inet: new Map(), inet6: new Map() },
  skips: false,
};

/** What a rule's draft says before its effects are known. */
export type Plain = Pick<RuleDraft, 'enabled' | 'action' | 'direction' | 'interfaces' | 'interfacesNot' | 'family'>;

/** What a rule does beside passing or blocking (FilterRule.php, parseFilterRules and convertReplyTo), and what that makes of it. */
export type Effects = Pick<RuleDraft, 'enabled' | 'family' | 'sentTo' | 'answersTo' | 'handedTo' | 'options' | 'os'>;

/** Reads the effects of a user's rule. */
export function readEffects(field: Field, plain: Plain, hops: Hops): Effects {
  const marks = { options: isSet(field('allowopts')), os: field('os') === '' ? undefined : field('os') };
  if (plain.action !== 'pass') return { enabled: plain.enabled, family: plain.family, ...marks };
  const name = field('gateway');
  const hop = name === '' ? undefined : hops.find(name);
  return {
    ...marks,
    ...withGateway(plain, name, hop?.family, hops.skips && hop === undefined),
    sentTo: hop?.detour,
    answersTo: answersTo(field, plain, name, hops),
    handedTo: handedTo(field, plain.action),
  };
}

/** A rule holds for the family of its gateway only, and is left out where it names the other one. */
function withGateway(
  { enabled, family }: Plain,
  name: string,
  of: Family | undefined,
  isSkipped: boolean,
): Pick<RuleDraft, 'enabled' | 'family'> {
  if (name === '' || of === undefined) return { enabled: enabled && !(name !== '' && isSkipped), family };
  if (family === '' || family === of) return { enabled, family };
  return family === 'inet46' ? { enabled, family: of } : { enabled: false, family };
}

function answersTo(field: Field, plain: Plain, gateway: string, hops: Hops): Detour | undefined {
  const name = field('replyto') || field('reply-to');
  if (name !== '') return hops.find(name)?.detour;
  if (isSet(field('disablereplyto')) || gateway !== '' || plain.interfacesNot || !isInward(plain.direction))
    return undefined;
  const { answering } = hops;
  const own = plain.interfaces.flatMap((id) => {
    const four = plain.family === 'inet6' ? undefined : answering.inet.get(id);
    const six = plain.family === 'inet6' || plain.family === 'inet46' ? answering.inet6.get(id) : undefined;
    return four ?? six ?? [];
  });
  const [first] = own;
  if (first === undefined) return undefined;
  const called = own.length === 1 ? first.name : 'the gateway of the interface that it came in on';
  return { name: called, ways: own.flatMap((one) => one.ways), byIngress: true };
}

/** pf sends answers of what it lets in; what answers to packets on their way out do was not seen to differ. */
function isInward(direction: RuleDirection): boolean {
  return direction === 'in';
}

function handedTo(field: Field, action: RuleAction): Handover | undefined {
  if (action !== 'pass') return undefined;
  if (isSet(field('divert-to')))
    return { why: 'it diverts packets to a program on the firewall, which may drop them', protocols: [] };
  if (!field('statetype').startsWith('synproxy')) return undefined;
  return {
    why: 'the firewall itself answers the handshake, so that the port looks open whatever stands behind it',
    protocols: ['tcp'],
  };
}
