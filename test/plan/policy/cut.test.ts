import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/model/connections.js';
import { EMPTY_LEDGER, type Ledger } from '../../../src/model/ledger.js';
import { withCutAccepted } from '../../../src/plan/consent.js';
import { needsConnections, planConnections, planCut } from '../../../src/plan/policy/cut.js';
import { connectionLines } from '../../../src/plan/render/connections.js';
import { renderMarkdown } from '../../../src/plan/render/markdown.js';
import { renderText } from '../../../src/plan/render/text.js';
import type { PlanInput } from '../../../src/plan/types.js';
import { changeLines } from '../../../src/service/reconcile/change-lines.js';
import { buildPlan } from '../build.js';
import { policyApplied, policyInput } from './scene.js';

const SHOP = `
groups: { web: ["tag:web"] }
tagOwners: { web: [project:default], db: [project:default] }
policy:
  - { from: web, to: "tag:db", allow: [tcp/5432] }
  - { from: edge/proxy, to: web, allow: [tcp/8080] }
publish:
  - { name: site, port: tcp/443, to: edge/proxy, port_to: 8443 }
`;
const SHUT = SHOP.replace('  - { from: web, to: "tag:db", allow: [tcp/5432] }\n', '').replace(/publish:[\s\S]*/, '');
const accepted: Ledger = {
  ...EMPTY_LEDGER,
  accepted: [{ interface: 'opt1', rule: 'cut', at: '2026-11-23T08:00:00.000Z' }],
};

/** A firewall on which SHOP is, and a policy that closes a statement and a publish. */
function closing(part: Partial<PlanInput> = {}): PlanInput {
  const before = policyInput({ policy: SHOP });
  const stands = policyApplied(before, buildPlan(before));
  return { ...stands, settings: policyInput({ policy: SHUT }).settings, ledger: accepted, ...part };
}

function addressOf(input: PlanInput, host: string): string {
  const all = input.observed.segments.flatMap((segment) => segment.reservations);
  return all.find((one) => one.hostname === host)?.address ?? '';
}

function open(input: PlanInput): Connection[] {
  const [web, db, proxy] = ['web1', 'db', 'proxy'].map((host) => addressOf(input, host));
  const flow = (id: string, from: string, to: string, asked = to): Connection => {
    const ends = [from, asked, to].map((text) => {
      const [address = '', port] = text.split(':');
      return { address, port: Number(port) };
    });
    const [one, other, last] = ends;
    if (one === undefined || other === undefined || last === undefined) throw new Error(id);
    return { id, direction: 'in', protocol: 'tcp', from: one, asked: other, to: last };
  };
  return [
    flow('1/1', `${web}:40000`, `${db}:5432`),
    flow('2/1', `${proxy}:40001`, `${web}:8080`),
    flow('3/1', '8.8.8.8:40002', `${proxy}:8443`, '192.0.2.1:443'),
  ];
}

function said(input: PlanInput, seen?: Parameters<typeof planConnections>[2]) {
  const cut = planCut(input, buildPlan(input));
  return cut && planConnections(input, cut, seen ?? { connections: open(input), unread: 0 });
}

describe('a plan that closes something', () => {
  it('lists the open connections that end, with the names of their instances, and no other', () => {
    const input = closing();
    const [web, db] = [addressOf(input, 'web1'), addressOf(input, 'db')];
    const found = said(input);
    expect(found).toMatchObject({ outcome: 'ends', count: 1, perhaps: 0, unread: 0 });
    expect(found?.first).toEqual([
      { protocol: 'tcp', from: `${web}:40000`, to: `${db}:5432`, fromName: 'default/web1', toName: 'default/db' },
    ]);
    expect(connectionLines(found ?? raise())).toEqual([
      `ends 1 open connection: default/web1 (${web}:40000) → default/db (${db}:5432) tcp`,
    ]);
  });

  it('says them in text, Markdown and JSON, and in the lines of a run', () => {
    const input = closing();
    const plan = { ...buildPlan(input), connections: said(input) };
    const plain = (text: string): string => text;
    const paint = { good: plain, bad: plain, warn: plain, faint: plain, strong: plain };
    expect(renderText(plan, paint)).toContain('\nends 1 open connection: default/web1 (');
    expect(renderMarkdown(plan)).toContain('\n- ends 1 open connection: default/web1 (');
    expect(changeLines(plan).at(-1)).toMatch(/^ends 1 open connection: default\/web1 \(/);
    expect(JSON.parse(JSON.stringify(plan))).toMatchObject({ connections: { outcome: 'ends', count: 1 } });
  });

  it('says that it ends none where none is open', () => {
    expect(connectionLines(said(closing(), { connections: [], unread: 0 }) ?? raise())).toEqual([
      'ends no open connection',
    ]);
  });

  it('shows the first few of many, and how many more there are', () => {
    const input = closing();
    const [first] = open(input);
    if (first === undefined) throw new Error('none');
    const connections = Array.from(
      { length: 25 },
      (_none, at): Connection => ({
        ...first,
        id: `${at}/1`,
        from: { ...first.from, port: 40_000 + at },
      }),
    );
    const found = said(input, { connections, unread: 2 }) ?? raise();
    expect(found.first).toHaveLength(10);
    expect(connectionLines(found)).toEqual([
      expect.stringMatching(/^ends 25 open connections: .*, and 15 more$/),
      '2 states of the firewall could not be read, and so go on',
    ]);
  });

  it('says that they are not known where the firewall does not list them, and is planned all the same', () => {
    const found = said(closing(), { problem: 'fw.lan did not list its states.' }) ?? raise();
    expect(connectionLines(found)).toEqual([
      'which open connections end is not known: fw.lan did not list its states.',
    ]);
  });

  it.each<[string, Partial<PlanInput>, string]>([
    [
      'the configuration says never',
      { settings: { ...policyInput({ policy: SHUT }).settings, cut: 'never' } },
      'cut: never',
    ],
    ['nobody has said yes on a firewall that stands', { ledger: EMPTY_LEDGER }, '--accept-new'],
    [
      'the firewall ends none',
      { observed: { ...closing().observed, connectionsStay: 'a file ends none' } },
      'a file ends none',
    ],
  ])('says that they go on where %s', (_name, part, reason) => {
    const input = closing(part);
    const cut = planCut(input, buildPlan(input)) ?? raise();
    expect(needsConnections(cut)).toBe(false);
    expect(cut.undo).toBeUndefined();
    expect(connectionLines(said(input) ?? raise())).toEqual([
      expect.stringMatching(/^open connections of what is closed go on: /),
    ]);
    expect(said(input)?.reason).toContain(reason);
  });

  it('asks for a yes only where nobody has said it', () => {
    const asks = (part: Partial<PlanInput>) => {
      const input = closing(part);
      return planCut(input, buildPlan(input))?.asks?.code;
    };
    expect(asks({ ledger: EMPTY_LEDGER })).toBe('new-rule');
    expect(asks({})).toBeUndefined();
    expect(asks({ ledger: EMPTY_LEDGER, acceptNew: true })).toBeUndefined();
  });

  it('says nothing of connections where it closes nothing', () => {
    const before = policyInput({ policy: SHOP });
    const stands = policyApplied(before, buildPlan(before));
    const more = SHOP.replace('[tcp/5432]', '[tcp/5432, tcp/5433]');
    const opening = { ...stands, settings: policyInput({ policy: more }).settings, ledger: accepted };
    expect(said(opening)).toBeUndefined();
    expect(planCut(stands, buildPlan(stands))).toBeUndefined();
  });
});

describe('the yes to ending connections', () => {
  it('is given by setting a policy up, by accepting, and by nothing else', () => {
    const before = policyInput({ policy: SHOP });
    const ids = (ledger: Ledger) => ledger.accepted?.map((one) => `${one.rule} ${one.interface}`);
    const all = ['cut opt1', 'cut opt2', 'cut opt3'];
    expect(ids(withCutAccepted(EMPTY_LEDGER, before))).toEqual(all);
    const stands = closing({ ledger: EMPTY_LEDGER });
    expect(withCutAccepted(EMPTY_LEDGER, stands)).toBe(EMPTY_LEDGER);
    expect(ids(withCutAccepted(EMPTY_LEDGER, { ...stands, acceptNew: true }))).toEqual(all);
    const once = withCutAccepted(EMPTY_LEDGER, { ...stands, acceptNew: true });
    expect(withCutAccepted(once, { ...stands, acceptNew: true })).toBe(once);
  });
});

function raise(): never {
  throw new Error('nothing is said of connections');
}

describe('what a person is asked before open connections end', () => {
  it.each([
    ['sync', 'slash32 apply --accept-new'],
    ['release', 'this release with --accept-new'],
  ] as const)('(%s) names the command that can say it', (purpose, command) => {
    const input = closing({ ledger: EMPTY_LEDGER });
    const cut = planCut(input, { ...buildPlan(input), purpose });
    expect(cut?.asks?.message).toContain(`waits for a yes, once: ${command}.`);
    expect(cut?.stays).toContain(command);
  });
});
