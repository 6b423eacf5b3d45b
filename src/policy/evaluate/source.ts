import { formatIp } from '../../model/ip.js';
import type { SourceTranslation } from '../../model/rules.js';
import type { Operand } from './endpoint.js';
import type { PacketKind, PreparedRuleSet } from './prepare.js';
import { mappedAddress, singleAddresses } from './redirect.js';
import { ruleName } from './stage.js';

/** A packet as the rules for `out` see it. */
export interface Leaving {
  readonly source: Operand;
  readonly kind: PacketKind;
}

/** All sources that a packet may go on from, the likeliest last; more than one only when `reasons` says why. */
export interface Sources {
  readonly all: readonly Leaving[];
  readonly reasons: readonly string[];
}

const NO_REASONS: readonly string[] = [];

/** Asks the source NAT of the interface that a packet leaves by, first match first, as pf does before the rules for `out`. */
export function sourcesOf(
  prepared: PreparedRuleSet,
  egress: string,
  source: Operand,
  destination: Operand,
  kind: PacketKind,
): Sources {
  const untouched: Leaving = { source, kind };
  const candidates = prepared.translations(egress, kind, source);
  if (candidates.length === 0) return { all: [untouched], reasons: NO_REASONS };
  const all: Leaving[] = [];
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const from = candidate.source(source);
    const to = candidate.destination(destination);
    if (from.fits === 'no' || to.fits === 'no') continue;
    const translation = candidate.of;
    const doubts = [...candidate.reasons, from.reason, to.reason].flatMap((reason) => reason ?? []);
    const places = translation.action === 'exempt' ? [untouched] : translatedTo(prepared, translation, untouched);
    if (places.length > 1) reasons.push(`${ruleName(translation)} gives it one of several addresses in turn`);
    all.push(...places);
    if (doubts.length === 0) return { all, reasons };
    reasons.push(...doubts.map((doubt) => `${ruleName(translation)}: ${doubt}`));
  }
  return { all: [...all, untouched], reasons };
}

/** A source that has a port gets another one with its address, unless that is kept. */
function translatedTo(prepared: PreparedRuleSet, translation: SourceTranslation, { source, kind }: Leaving): Leaving[] {
  const moved =
    translation.keepsPort || kind.sourcePort === undefined ? kind : prepared.kind({ ...kind, sourcePort: undefined });
  const addresses = translation.keepsHost
    ? mappedAddress(translation.source, translation.targets, source)
    : translation.targets.flatMap((part) => {
        const found = singleAddresses(prepared, part, kind.family);
        return part.kind === 'interface-address' ? found.slice(0, 1) : found;
      });
  if (addresses.length === 0) {
    const [target] = translation.targets;
    const id = target?.kind === 'interface-address' ? target.interface : '';
    const known = prepared.world.interfaces.has(id) ? id : undefined;
    return [{ source: prepared.hidden(kind.family, known), kind: moved }];
  }
  return addresses.map((ip) => ({ source: prepared.end({ address: formatIp(ip) }), kind: moved }));
}
