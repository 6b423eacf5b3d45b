import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyChange } from '../../src/model/policy-entries.js';
import { leftOutTexts } from '../../src/plan/render/left-out.js';
import { policyRows } from '../../src/plan/render/policy.js';
import { renderText } from '../../src/plan/render/text.js';
import { buildPlan, EDGE, FULL, input, instance, inventory, observed, SERVERS, settings, state } from './build.js';

const bare = (text: string): string => text;
const PLAIN = { good: bare, bad: bare, warn: bare, faint: bare, strong: bare };

function planOf(names: readonly string[]) {
  const segments = [{ ...SERVERS, manage: FULL }, EDGE];
  const firewall = observed({ segments: [state('opt3'), state('opt2')], neighbours: undefined });
  return buildPlan(
    input({
      settings: settings({ segments }),
      inventory: inventory(names.map((one) => instance(one))),
      observed: firewall,
    }),
  );
}

describe('the plan on a terminal', () => {
  it('keeps to the width that it has, and says the same as in a pipe', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(name, fc.constantFrom('web', 'db', 'bad_name', '___', 'worse_name')), { maxLength: 8 }),
        fc.integer({ min: 80, max: 200 }),
        (names, width) => {
          const plan = planOf(names);
          const lines = renderText(plan, PLAIN, { width }).split('\n');
          expect(lines.filter((line) => line.length > width && line.trim().includes(' '))).toEqual([]);
          const words = (text: string): Set<string> => new Set(text.split(/\s+/));
          const whole = words(renderText(plan, PLAIN));
          expect([...words(lines.join('\n'))].filter((word) => !whole.has(word))).toEqual([]);
          expect([...whole].filter((word) => !words(lines.join('\n')).has(word))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps to it with the longest names too, which go on below', () => {
    const text = renderText(planOf(['a'.repeat(63), 'b'.repeat(40)]), PLAIN, { width: 80 });
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('puts a reason beside its change where there is room, and else below, once for those that share it', () => {
    const plan = planOf(['web', 'db', 'cache']);
    const wide = renderText(plan, PLAIN, { width: 160 });
    expect(wide.match(/default\/\w+\/eth0 {2,}create: free in the pool, chosen by its name$/gm)).toHaveLength(3);
    const narrow = renderText(plan, PLAIN, { width: 80 });
    expect(narrow.match(/create: free in the pool/g)).toHaveLength(1);
    expect(narrow).toMatch(
      /^ {2}\+ 10\.2\.0\.\d+ .*default\/\w+\/eth0\n {6}create: free in the pool, chosen by its name$/m,
    );
    expect(renderText(plan, PLAIN).match(/create: free in the pool/g)).toHaveLength(3);
  });
});

describe('what repeats itself', () => {
  it('is one line where the same is said of several NICs, and every line with --verbose', () => {
    const out = ['a', 'b'].map((name) => ({
      segment: 's',
      nic: `default/${name}/eth0`,
      code: 'name',
      message: 'Its name.',
    }));
    const one = { segment: 's', nic: 'default/c/eth0', code: 'share', message: 'Too many.' };
    const all = [...out, one] as Parameters<typeof leftOutTexts>[0];
    expect(leftOutTexts(all)).toEqual([
      '2 NICs are left out (default/a/eth0, default/b/eth0): Its name.',
      'default/c/eth0 is left out: Too many.',
    ]);
    expect(leftOutTexts(all, true)).toHaveLength(3);
  });

  it('is one line for the rules of infrastructure, whatever else the policy writes', () => {
    const rule = (key: string, action: 'create' | 'delete' = 'create') =>
      ({
        kind: 'rule',
        action,
        key,
        before: action === 'delete' ? { entry: { interface: key.split('/')[1] } } : undefined,
        after: action === 'create' ? { interface: key.split('/')[1] } : undefined,
        reason: key,
      }) as unknown as PolicyChange;
    const changes = [
      rule('rule/opt2/dhcp-udp'),
      rule('rule/opt2/dns-tcp'),
      rule('rule/3f2a91c0'),
      rule('rule/opt3/dns-udp'),
      rule('rule/opt3/ping-icmp', 'delete'),
      rule('rule/opt3/default'),
      rule('rule/publish/12345678'),
    ];
    expect(policyRows(changes).map((row) => [row.action, row.name, row.text])).toEqual([
      ['create', '3 rules on opt2, opt3', 'DHCP, DNS of the firewall'],
      ['create', 'rule on 3f2a91c0', 'rule/3f2a91c0'],
      ['delete', 'rule on opt3', 'rule/opt3/ping-icmp'],
      ['create', 'rule on opt3', 'rule/opt3/default'],
      ['create', 'rule on publish', 'rule/publish/12345678'],
    ]);
    expect(policyRows(changes, true)).toHaveLength(changes.length);
  });
});
