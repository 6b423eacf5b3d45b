import { type Proposals, proposeStatements, type SeenPacket } from '../../policy/ask/propose.js';
import type { PolicyView } from './types.js';

/** What watched or denying segments logged, as statements that would let it pass. */
export interface WatchAnswer extends Proposals {
  /** Segments whose last rule of ours is on the firewall. */
  readonly segments: readonly string[];
}

/** Statements for what the last rules of our segments, or of one of them, have logged. */
export function askWatch(view: PolicyView, packets: readonly SeenPacket[], segment: string | undefined): WatchAnswer {
  const { scene, before } = view;
  const endings = scene.segments
    .filter((one) => segment === undefined || one.name === segment)
    .flatMap((one) => {
      const marker = `[slash32:${scene.owner}:rule/${one.interface}/default]`;
      const rule = before.rules.find((candidate) => candidate.description.endsWith(marker));
      return rule === undefined ? [] : [{ name: one.name, id: rule.id }];
    });
  const rules = new Set(endings.map((one) => one.id));
  return { segments: endings.map((one) => one.name), ...proposeStatements(packets, rules, scene, before) };
}

/** Proposals as the lines of a policy file. */
export function proposalLines({ proposals }: WatchAnswer): string[] {
  return proposals.map(({ from, to, allow, packets }) => {
    const quoted = (text: string): string => (/^[A-Za-z0-9_./-]+$/.test(text) ? text : JSON.stringify(text));
    return `  - { from: ${quoted(from)}, to: ${quoted(to)}, allow: [${allow.join(', ')}] }  # ${packets} ${packets === 1 ? 'packet' : 'packets'}`;
  });
}
