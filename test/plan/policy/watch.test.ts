import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../src/plan/policy/plan.js';
import type { PolicyView } from '../../../src/plan/policy/types.js';
import { askWatch, proposalLines } from '../../../src/plan/policy/watch.js';
import type { SeenPacket } from '../../../src/policy/ask/propose.js';
import { buildPlan } from '../build.js';
import { policyApplied, policyInput } from './scene.js';

const POLICY = `
groups: { web: ["tag:web"] }
tagOwners: { web: [project:default], db: [project:default] }
policy:
  - { from: web, to: "tag:db", allow: [tcp/5432] }
`;

/** A view on the firewall with the policy on it, and the addresses that instances have there. */
function applied(): { readonly view: PolicyView; readonly at: (name: string) => string } {
  const before = policyInput({ policy: POLICY, lab: 'default: inherit' });
  const after = policyApplied(before, buildPlan(before));
  const view = viewOf(after, buildPlan(after).segments);
  if (view === undefined) throw new Error('no view');
  return { view, at: (name) => view.scene.members.find((one) => one.instance.endsWith(`/${name}`))?.address ?? '' };
}

const { view, at } = applied();
const ending = (id: string): string =>
  view.before.rules.find((rule) => rule.description.endsWith(`rule/${id}/default]`))?.id ?? '';

function packet(
  from: string,
  to: string,
  protocol: string,
  port: number | undefined,
  over: Partial<SeenPacket> = {},
): SeenPacket {
  return { interface: 'opt2', direction: 'in', protocol, from, to, port, rule: ending('opt2'), ...over };
}

describe('what a segment logged becomes statements', () => {
  it('one for each pair, with all its ports, those of most packets first', () => {
    const answer = askWatch(
      view,
      [
        packet(at('db'), at('proxy'), 'tcp', 443),
        packet(at('db'), at('proxy'), 'tcp', 80),
        packet(at('db'), at('proxy'), 'tcp', 80),
        packet(at('db'), '1.1.1.1', 'udp', 53),
        packet(at('db'), '10.2.0.1', 'icmp', undefined),
      ],
      undefined,
    );
    expect(answer.segments).toEqual(['edge', 'servers']);
    expect(proposalLines(answer)).toEqual([
      '  - { from: default/db, to: edge/proxy, allow: [tcp/443, tcp/80] }  # 3 packets',
      '  - { from: default/db, to: firewall, allow: [icmp] }  # 1 packet',
      '  - { from: default/db, to: internet, allow: [udp/53] }  # 1 packet',
    ]);
  });

  it('named by a group where each of its members was seen with the same, and by instances otherwise', () => {
    const all = [packet(at('web1'), at('proxy'), 'tcp', 22), packet(at('web2'), at('proxy'), 'tcp', 22)];
    expect(askWatch(view, all, undefined).proposals).toEqual([
      { from: 'web', to: 'edge/proxy', allow: ['tcp/22'], packets: 2 },
    ]);
    expect(askWatch(view, all.slice(0, 1), undefined).proposals).toMatchObject([{ from: 'default/web1' }]);
    const back = [packet(at('db'), at('web1'), 'tcp', 9), packet(at('db'), at('web2'), 'tcp', 9)];
    expect(askWatch(view, back, undefined).proposals).toMatchObject([{ from: 'default/db', to: 'web' }]);
  });

  it('but not of packets of other rules, of other segments, on their way out, or of nobody', () => {
    const all = [
      packet(at('db'), at('proxy'), 'tcp', 1, { rule: 'other' }),
      packet(at('db'), at('proxy'), 'tcp', 1, { direction: 'out' }),
      packet('fe80::1', 'ff02::1', 'icmp6', undefined),
      packet(at('db'), '255.255.255.255', 'udp', 68),
      packet('1.2.3.4', at('db'), 'tcp', 22),
    ];
    expect(askWatch(view, all, undefined)).toMatchObject({ proposals: [], others: 3 });
    expect(askWatch(view, [packet(at('db'), at('proxy'), 'tcp', 1)], 'edge')).toEqual({
      segments: ['edge'],
      proposals: [],
      others: 0,
    });
  });

  it('that a policy file takes as they are', () => {
    const answer = askWatch(
      view,
      [packet(at('db'), at('proxy'), 'tcp', 443), packet(at('web1'), '192.168.1.9', 'udp', 514)],
      undefined,
    );
    const input = policyInput({ policy: `${POLICY}${proposalLines(answer).join('\n')}\n`, lab: 'default: inherit' });
    expect(input.settings.policy.statements).toHaveLength(3);
  });
});
