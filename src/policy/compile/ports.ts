import type { PortProtocol, PortSpec } from '../../model/policy.js';

/** What one rule lets pass: a protocol, its ports (empty for all of them) and its ICMP types (empty for all). */
export interface PortGroup {
  readonly protocol: PortProtocol;
  readonly spans: readonly { readonly from: number; readonly to: number }[];
  readonly icmpTypes: readonly number[];
}

const ORDER: readonly PortProtocol[] = ['any', 'tcp', 'udp', 'icmp', 'esp', 'ah', 'gre', 'igmp'];

/** One group for each protocol that is named, so that a statement becomes as few rules as can be; `any` takes in all others. */
export function groupPorts(specs: readonly PortSpec[]): PortGroup[] {
  const protocols = ORDER.filter((one) => specs.some((spec) => spec.protocol === one));
  if (protocols[0] === 'any') return [{ protocol: 'any', spans: [], icmpTypes: [] }];
  return protocols.map((protocol) => {
    const named = specs.filter((spec) => spec.protocol === protocol);
    const spans = named.flatMap((spec) => spec.ports ?? []);
    const types = named.flatMap((spec) => spec.icmpType ?? []);
    return {
      protocol,
      spans: spans.length < named.length && protocol !== 'icmp' ? [] : mergeSpans(spans),
      icmpTypes: types.length < named.length ? [] : [...new Set(types)].sort((a, b) => a - b),
    };
  });
}

/** Sorted, without overlaps; neighbours become one. */
function mergeSpans(spans: readonly { readonly from: number; readonly to: number }[]): PortGroup['spans'] {
  const merged: { from: number; to: number }[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to + 1) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** `tcp/80,443`, how a group is named in descriptions. */
export function formatPortGroup({ protocol, spans, icmpTypes }: PortGroup): string {
  const ports = spans.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
  const parts = [...ports, ...icmpTypes.map(String)];
  return parts.length === 0 ? protocol : `${protocol}/${parts.join(',')}`;
}
