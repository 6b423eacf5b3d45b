import { type Family, parseSpan } from '../../../model/ip.js';
import type { EndpointDraft, RedirectDraft, RuleDraft, TranslationDraft } from './draft.js';
import { splitList } from './names.js';

/**
 * What pf refuses. One such line makes pfctl refuse the whole file, and OPNsense goes on with the rules of before: its models check
 * most of this when somebody saves, but not what is written by hand, imported, or older than the check.
 */

const WITH_PORTS = ['tcp', 'udp', 'tcp/udp', '6', '17', 'sctp', '132'];
const ICMP6 = ['ipv6-icmp', 'icmp6', '58'];

/** Why pf refuses a filter rule that OPNsense writes, as clauses for people; empty when it takes it. */
export function refusalsOfRule(draft: RuleDraft): string[] {
  const protocol = draft.protocol.toLowerCase();
  const found = mixedFamilies(draft);
  if (draft.options === true && draft.action !== 'pass')
    found.push(`it allows IP options, which pf takes of a rule that passes and not of one with ${draft.action}`);
  if (ICMP6.includes(protocol) && familiesOf(draft.family).includes('inet'))
    found.push('it asks for the ICMP of IPv6 in packets of IPv4');
  if (flagsNeverFit(draft)) found.push(`its TCP flags ${draft.tcpFlags} can never be so`);
  if (draft.os !== undefined && protocol !== 'tcp')
    found.push('it asks for an operating system, which pf tells by TCP alone');
  const ports = [draft.source.port, draft.destination.port].some((port) => port !== '' && port !== 'any');
  if (draft.bluntPorts === true && ports && !WITH_PORTS.includes(protocol))
    found.push('it names ports of a protocol that has none');
  return found;
}

/** The same of a redirect. */
export function refusalsOfRedirect(draft: RedirectDraft): string[] {
  const found = mixedFamilies(draft);
  const written = draft.targetPort !== '' && WITH_PORTS.includes(draft.protocol.toLowerCase());
  if (draft.exempt && (draft.target !== '' || written)) found.push('it exempts from redirects and names a target');
  if (!draft.exempt) found.push(...otherFamily(draft, draft.target));
  return found;
}

/** The same of a source NAT. */
export function refusalsOfTranslation(draft: TranslationDraft): string[] {
  return [...mixedFamilies(draft), ...(draft.exempt ? [] : otherFamily(draft, draft.target))];
}

interface Ends {
  readonly family: RuleDraft['family'];
  readonly source: EndpointDraft;
  readonly destination: EndpointDraft;
}

/** OPNsense writes a line for each family, source and destination; one whose addresses are of another family comes to nothing. */
function mixedFamilies({ family, source, destination }: Ends): string[] {
  const from = literalFamilies(source.net);
  const to = literalFamilies(destination.net);
  const odd = familiesOf(family).flatMap((one) => [...from, ...to].filter((other) => other !== one));
  if (odd.length > 0)
    return [
      `it names an address of ${wordOf(odd[0])} in a rule for ${family === 'inet46' ? 'both families' : wordOf(odd[0] === 'inet' ? 'inet6' : 'inet')}`,
    ];
  const crossed = family === '' && from.some((one) => to.some((other) => other !== one));
  return crossed ? ['its source and its destination are of different families'] : [];
}

function otherFamily({ family }: Ends, target: string): string[] {
  const odd = familiesOf(family).some((one) => literalFamilies(target).some((other) => other !== one));
  return odd ? ['its target is of another family than its packets'] : [];
}

function familiesOf(family: RuleDraft['family']): Family[] {
  if (family === '') return [];
  return family === 'inet46' ? ['inet', 'inet6'] : [family];
}

function literalFamilies(net: string): Family[] {
  return splitList(net).flatMap((item) => parseSpan(item)?.family ?? []);
}

function wordOf(family: Family | undefined): string {
  return family === 'inet6' ? 'IPv6' : 'IPv4';
}

/** `S/AF`: of A and F, S is set. */
function flagsNeverFit({ tcpFlags }: RuleDraft): boolean {
  const [set = '', mask] = tcpFlags.split('/');
  return mask !== undefined && [...set].some((flag) => !mask.includes(flag));
}
