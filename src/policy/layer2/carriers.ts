import type { Beside, BridgePort } from './types.js';

/** Who may carry packets from one segment to another. */
export interface Carriers {
  /** Whether somebody may carry between these ports of two instances; undefined where nobody can. */
  between(from: readonly BridgePort[], to: readonly BridgePort[]): Beside | undefined;
}

/**
 * Segments on which somebody's port is open are joined by each instance that stands on two of them: it hears what is sent on the
 * one and can send it on the other. `openers` are the segments with an open port.
 */
export function createCarriers(
  byInstance: ReadonlyMap<string, readonly BridgePort[]>,
  openers: ReadonlyMap<string, unknown>,
): Carriers {
  const parents = new Map<string, string>();
  const carriers = new Map<string, string>();
  const rootOf = (segment: string): string => {
    let root = segment;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    return root;
  };
  for (const [instance, ports] of byInstance) {
    if (ports.length < 2) continue;
    const [first, ...others] = [...new Set(ports.map((port) => port.segment))].filter((one) => openers.has(one));
    for (const other of others) {
      const [one, two] = [rootOf(first ?? other), rootOf(other)];
      if (one === two) continue;
      parents.set(two, one);
      carriers.set(one, carriers.get(one) ?? instance);
    }
  }
  const reached = (ports: readonly BridgePort[]): string[] =>
    ports.flatMap((port) => (openers.has(port.segment) ? [rootOf(port.segment)] : []));
  return {
    between(from, to) {
      if (carriers.size === 0) return undefined;
      const there = new Set(reached(to));
      const root = reached(from).find((one) => there.has(one));
      const carrier = root === undefined ? undefined : carriers.get(root);
      if (carrier === undefined) return undefined;
      const why = `${carrier} stands on several segments whose ports are not all isolated, so packets can be carried beside the firewall`;
      return { verdict: 'unknown', why };
    },
  };
}
