import { describe, expect, it } from 'vitest';
import type { ApplyMemory } from '../../src/model/firewall.js';
import type { Plan } from '../../src/plan/types.js';
import { findingsOf } from '../../src/service/reconcile/findings.js';
import { buildPlan, input, observed } from './build.js';

const KNOWN = { owner: 'home', fingerprint: 'a', host: 'incus1', seenAt: '2026-11-01T00:00:00Z' };

function withMemory(rows: NonNullable<ApplyMemory['bindings']>['rows'] | undefined, part: Partial<ApplyMemory> = {}) {
  const bindings = rows === undefined ? undefined : { rows, remedy: 'on the firewall' };
  const memory = {
    maxConfirmSeconds: 600,
    owners: [KNOWN],
    waiting: [],
    applies: [],
    user: 'slash32',
    bindings,
    ...part,
  };
  return input({ observed: { ...observed(), memory } });
}

function aboutKeys({ warnings }: Plan) {
  return warnings.filter(({ code }) => code.startsWith('owner-'));
}

describe('whose key may act for the owner', () => {
  it('is no word where it is the own one, where the firewall binds none, or binds him with his first apply', () => {
    const fine = [
      withMemory(undefined),
      withMemory([], { owners: [] }),
      withMemory([{ owner: 'home', user: 'slash32' }]),
      withMemory([{ owner: 'home', user: 'other' }], { user: undefined }),
    ];
    for (const one of fine) expect(aboutKeys(buildPlan(one))).toEqual([]);
  });

  it('is said where every key may, with the line that ends it', () => {
    const warning = {
      code: 'owner-unbound',
      message:
        'Any key with the privilege of the plugin may act for the owner home: bind him to the user of this key with the line "home slash32" on the firewall.',
    };
    for (const rows of [[], [{ owner: 'work', user: 'slash32' }]])
      expect(aboutKeys(buildPlan(withMemory(rows)))).toEqual([warning]);
  });

  it('is said where it is another one, before anything is sent', () => {
    const [warning] = aboutKeys(buildPlan(withMemory([{ owner: 'home', user: 'other' }])));
    expect(warning).toMatchObject({
      code: 'owner-bound',
      message: expect.stringMatching(
        /^Only the key of the user other may act for the owner home, and this key is of slash32/,
      ),
    });
  });

  it('is a finding: an error where nothing can be applied, a word where every key may', () => {
    const severities = (rows: NonNullable<ApplyMemory['bindings']>['rows']) => {
      const facts = { plan: buildPlan(withMemory(rows)), stream: { state: 'up' } };
      return findingsOf(facts as never, [], '2026-01-01T00:00:00.000Z')
        .filter(({ code }) => code.startsWith('owner-'))
        .map(({ code, severity }) => [code, severity]);
    };
    expect(severities([])).toEqual([['owner-unbound', 'info']]);
    expect(severities([{ owner: 'home', user: 'other' }])).toEqual([['owner-bound', 'error']]);
  });
});
