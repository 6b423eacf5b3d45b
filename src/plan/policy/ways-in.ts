import type { RuleSet } from '../../model/rules.js';
import type { CompiledRedirect } from '../../policy/compile/types.js';
import { evaluate } from '../../policy/evaluate/evaluate.js';
import { type PreparedRuleSet, prepare } from '../../policy/evaluate/prepare.js';
import type { Evaluation } from '../../policy/evaluate/types.js';
import { gatewayOf } from '../../policy/reach/reach.js';
import type { WayIn } from '../../policy/resolve/types.js';
import type { PlanInput } from '../types.js';

const SSH = 22;

/** Who must still reach the firewall's web server and its SSH after any change: those in protect, slash32 itself, the HA peer. Pure. */
export function waysIn({ observed, settings }: Pick<PlanInput, 'observed' | 'settings'>): WayIn[] {
  const ports = [...new Set([portOf(observed.target), SSH, ...(observed.policy?.adminPorts ?? [])])];
  return [
    ...settings.protect.map((address) => ({ address, who: 'in protect', ports })),
    ...(observed.ownAddress === undefined ? [] : [{ address: observed.ownAddress, who: 'slash32 itself', ports }]),
    ...(observed.peerAddress === undefined ? [] : [{ address: observed.peerAddress, who: 'the HA peer', ports }]),
  ];
}

/** Whether TCP from an address arrives at the firewall itself: what a redirect sends elsewhere does not. Pure. */
export function reachesFirewall(prepared: PreparedRuleSet, address: string, port: number): boolean {
  const arrives = arrival(prepared, address, port);
  return arrives?.verdict === 'pass' && arrives.redirected === undefined;
}

function arrival(prepared: PreparedRuleSet, address: string, port: number): Evaluation | undefined {
  const from = { address };
  const to = gatewayOf(prepared.ruleSet, prepared.ways.behind(prepared.end(from))[0]);
  return to === undefined ? undefined : evaluate(prepared, { from, to, protocol: 'tcp', port });
}

/** In doubt he does. */
function mayReachFirewall(prepared: PreparedRuleSet, address: string, port: number): boolean {
  const arrives = arrival(prepared, address, port);
  return arrives !== undefined && arrives.verdict !== 'block' && arrives.redirected === undefined;
}

/**
 * Redirects that would take packets by which somebody reaches the firewall itself now, by key, with why. Which of its addresses he
 * uses is not known: one on the interface that he comes in on counts. Pure.
 */
export function waysTaken(
  wanted: readonly CompiledRedirect[],
  ruleSet: RuleSet,
  all: readonly WayIn[],
): Map<string, string> {
  const prepared = prepare(ruleSet);
  const taken = new Map<string, string>();
  for (const { key, entry } of wanted) {
    if (entry.protocol !== 'tcp') continue;
    for (const { address, who, ports } of all) {
      const isBehind = prepared.ways.behind(prepared.end({ address })).includes(entry.interface);
      const port = isBehind
        ? ports.find(
            (one) => entry.ports.from <= one && one <= entry.ports.to && mayReachFirewall(prepared, address, one),
          )
        : undefined;
      if (port === undefined) continue;
      taken.set(key, `by tcp/${port} there ${address} (${who}) reaches the firewall itself, and would not any more`);
      break;
    }
  }
  return taken;
}

function portOf(target: string): number {
  const found = /^https?:\/\/(?:\[[^\]]+\]|[^/:]+):(\d+)/.exec(target)?.[1];
  if (found !== undefined) return Number(found);
  return target.startsWith('http://') ? 80 : 443;
}
