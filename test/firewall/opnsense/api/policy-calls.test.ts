import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ApiTarget } from '../../../../src/firewall/opnsense/api/target.js';
import type { ApplyRequest, ApplyResult, Observed } from '../../../../src/model/firewall.js';
import {
  type AliasEntry,
  type Owned,
  type PolicyChange,
  policyDescription,
  type RedirectEntry,
  type RuleEntry,
} from '../../../../src/model/policy-entries.js';
import { childOf, childrenOf, type SimNode, setText, textAt } from '../../../../src/sim/opnsense/node.js';
import type { SimOpnsense } from '../../../../src/sim/opnsense/start.js';
import { createOn, observe, startRig } from './rig.js';

const ANY = { not: false, parts: [{ kind: 'any' }] } as const;

function alias(name: string, ...content: string[]): AliasEntry {
  return { name, type: 'host', content, description: policyDescription(name, 'home', `alias/${name}`) };
}

function rule(id: string, over: Partial<RuleEntry> = {}): RuleEntry {
  return {
    interface: 'opt1',
    action: 'pass',
    family: 'inet',
    protocol: 'tcp',
    icmpTypes: [],
    source: { not: false, parts: [{ kind: 'alias', name: 'web' }] },
    destination: ANY,
    ports: { kind: 'ports', from: 443, to: 443 },
    log: false,
    sequence: 100,
    description: policyDescription(id, 'home', `rule/${id}`),
    ...over,
  };
}

function redirect(id: string, over: Partial<RedirectEntry> = {}): RedirectEntry {
  return {
    interface: 'wan',
    protocol: 'tcp',
    destination: { not: false, parts: [{ kind: 'interface-address', interface: 'wan' }] },
    ports: { from: 8443, to: 8443 },
    target: '10.1.0.20',
    targetPort: 443,
    log: false,
    sequence: 1,
    description: policyDescription(id, 'home', `nat/${id}`),
    ...over,
  };
}

type Entries = Partial<{
  readonly alias: readonly AliasEntry[];
  readonly rule: readonly RuleEntry[];
  readonly redirect: readonly RedirectEntry[];
}>;

const KINDS = { alias: 'aliases', rule: 'rules', redirect: 'redirects' } as const;

/** What turns a firewall's entries into the wanted ones; told apart by the marker. */
function changesTo(observed: Observed, wanted: Entries): PolicyChange[] {
  return (['alias', 'rule', 'redirect'] as const).flatMap((kind) => {
    const present: readonly Owned<AliasEntry | RuleEntry | RedirectEntry>[] = observed.policy?.[KINDS[kind]] ?? [];
    const after = wanted[kind] ?? [];
    const markers = new Set(after.map((one) => one.description));
    const made = after.flatMap((entry) => {
      const before = present.find((one) => one.entry.description === entry.description);
      const key = /:((?:alias|rule|nat)\/[^\]]+)\]$/.exec(entry.description)?.[1] ?? '';
      const action = before === undefined ? 'create' : 'update';
      const isSame = before?.enabled === true && isDeepStrictEqual(before.entry, entry);
      return isSame ? [] : [{ kind, action, key, before, after: entry, reason: 'a test' } as PolicyChange];
    });
    const gone = present.filter((one) => !markers.has(one.entry.description));
    return [
      ...made,
      ...gone.map(
        (before) =>
          ({ kind, action: 'delete', key: before.key, before, after: undefined, reason: 'a test' }) as PolicyChange,
      ),
    ];
  });
}

async function write(target: ApiTarget, wanted: Entries, over: Partial<ApplyRequest> = {}): Promise<ApplyResult> {
  const base = await observe(target);
  return await target.apply({
    base,
    changes: [],
    policy: changesTo(base, wanted),
    message: 'test',
    progress: () => undefined,
    signal: new AbortController().signal,
    ...over,
  });
}

/** The calls that write or reload, without uuids. */
function calls(sim: SimOpnsense): string[] {
  return sim.log
    .filter(({ method, path }) => method === 'POST' && /^\/api\/(firewall|dhcpv4\/service)\//.test(path))
    .map(({ path }) => path.replace(/^\/api\//, '').replace(/\/[0-9a-f-]{36}(,[0-9a-f-]{36})*$/, ''));
}

function rulesIn(root: SimNode): SimNode | undefined {
  return ['OPNsense', 'Firewall', 'Filter', 'rules'].reduce<SimNode | undefined>(childOf, root);
}

const WEB = alias('web', '10.1.0.20', '10.1.0.21');
const FULL: Entries = { alias: [WEB], rule: [rule('a'), rule('b', { sequence: 200 })], redirect: [redirect('site')] };
const ORDERS: readonly (readonly [string, Entries, Entries, readonly string[]])[] = [
  [
    'the first policy',
    {},
    FULL,
    [
      'firewall/category/add_item',
      'firewall/alias/import',
      'firewall/alias/reconfigure',
      'firewall/filter/set',
      'firewall/d_nat/add_rule',
      'firewall/filter/apply',
    ],
  ],
  [
    'an address more',
    FULL,
    { ...FULL, alias: [alias('web', ...WEB.content, '10.1.0.22')] },
    ['firewall/alias/import', 'firewall/alias/reconfigure'],
  ],
  [
    'an address less',
    FULL,
    { ...FULL, alias: [alias('web', '10.1.0.20')] },
    ['firewall/alias/import', 'firewall/alias/reconfigure'],
  ],
  [
    'another address: taken out before the new one comes in',
    FULL,
    { ...FULL, alias: [alias('web', '10.1.0.20', '10.1.0.30')] },
    ['firewall/alias/import', 'firewall/alias/reconfigure', 'firewall/alias/import', 'firewall/alias/reconfigure'],
  ],
  [
    'a rule that changes in place',
    FULL,
    { ...FULL, rule: [rule('a', { log: true }), rule('b', { sequence: 200 })] },
    ['firewall/filter/set', 'firewall/filter/apply'],
  ],
  [
    'a rule that changes while its alias gets an address: off meanwhile',
    FULL,
    {
      ...FULL,
      alias: [alias('web', ...WEB.content, '10.1.0.22')],
      rule: [rule('a', { log: true }), rule('b', { sequence: 200 })],
    },
    [
      'firewall/filter/set',
      'firewall/filter/apply',
      'firewall/alias/import',
      'firewall/alias/reconfigure',
      'firewall/filter/set',
      'firewall/filter/apply',
    ],
  ],
  [
    'a rule less',
    FULL,
    { ...FULL, rule: [rule('a')] },
    ['firewall/filter/set', 'firewall/filter/apply', 'firewall/filter/del_rule', 'firewall/filter/apply'],
  ],
  [
    'another target of a redirect',
    FULL,
    { ...FULL, redirect: [redirect('site', { target: '10.1.0.21' })] },
    ['firewall/d_nat/set_rule', 'firewall/filter/apply'],
  ],
  [
    'nothing left',
    FULL,
    {},
    [
      'firewall/filter/set',
      'firewall/d_nat/del_rule',
      'firewall/filter/apply',
      'firewall/filter/del_rule',
      'firewall/alias/del_item',
      'firewall/alias/reconfigure',
      'firewall/category/del_item',
    ],
  ],
];

describe('the calls that a policy is written with', () => {
  it.each(ORDERS)('%s', async (_name, first, second, expected) => {
    const { sim, target } = await startRig();
    if (Object.keys(first).length > 0) await write(target, first);
    sim.clearLog();
    const { notes } = await write(target, second);
    expect(calls(sim)).toEqual(expected);
    expect(notes).toEqual([]);
    expect(changesTo(await observe(target), second)).toEqual([]);
  });

  it('are as many for hundreds of rules and aliases as for one, but for paths that a web server would refuse', async () => {
    const { sim, target } = await startRig();
    const many = Array.from({ length: 450 }, (_each, at) => at + 1);
    const wanted: Entries = {
      alias: many.map((at) => alias(`web${at}`, '10.1.0.20')),
      rule: many.map((at) =>
        rule(`r${at}`, { sequence: at, source: { not: false, parts: [{ kind: 'alias', name: `web${at}` }] } }),
      ),
    };
    await write(target, wanted);
    expect(calls(sim)).toHaveLength(5);
    sim.clearLog();
    await write(target, {});
    expect(Math.max(...sim.log.map(({ path }) => path.length))).toBeLessThan(8192);
    expect(
      calls(sim).filter((path) => path !== 'firewall/filter/del_rule' && path !== 'firewall/alias/del_item'),
    ).toEqual([
      'firewall/filter/set',
      'firewall/filter/apply',
      'firewall/alias/reconfigure',
      'firewall/category/del_item',
    ]);
    expect((await observe(target)).policy).toMatchObject({ aliases: [], rules: [] });
  });

  it('do not touch DHCP where only the policy changes, and come after it where both do', async () => {
    const { sim, target } = await startRig();
    await write(target, FULL);
    expect(calls(sim).filter((path) => path.startsWith('dhcpv4'))).toEqual([]);
    sim.clearLog();
    const changes = [createOn('opt1', '00:16:3e:01:02:03', '10.1.0.40', 'x')];
    await write(target, { ...FULL, rule: [rule('a')] }, { changes });
    const made = calls(sim);
    expect(made.filter((path) => path.startsWith('dhcpv4')).length).toBeGreaterThan(0);
    expect(made.findIndex((path) => path.startsWith('firewall'))).toBeGreaterThan(
      made.findLastIndex((path) => path.startsWith('dhcpv4')),
    );
  });

  it('never carry a rule without an interface', async () => {
    const { sim, target } = await startRig();
    await write(target, FULL);
    const before = sim.configText();
    sim.clearLog();
    await expect(write(target, { ...FULL, rule: [rule('a', { interface: '' })] })).rejects.toThrow(RangeError);
    expect(calls(sim)).toEqual([]);
    expect(sim.configText()).toBe(before);
  });
});

describe('what a policy meets on a firewall that others write too', () => {
  it('names what others save meanwhile, though they use the same pages', async () => {
    const { sim, target } = await startRig();
    await write(target, FULL);
    const { notes } = await write(
      target,
      { ...FULL, rule: [rule('a', { log: true }), rule('b', { sequence: 200 })] },
      {
        progress: (step) => {
          if (step === 'Writing rules')
            sim.save(() => undefined, { description: '/api/firewall/filter/setRule/0 made changes' });
        },
      },
    );
    expect(notes).toEqual([
      expect.stringMatching(/^Saved by somebody else meanwhile: .*filter\/setRule\/0 made changes"\.$/),
    ]);
  });

  it('leaves nothing that holds anywhere when a rule that is to go is deleted by somebody at that moment', async () => {
    const { sim, target } = await startRig();
    await write(target, FULL);
    const error = await write(
      target,
      { ...FULL, rule: [rule('a')] },
      {
        progress: (step) => {
          if (step !== 'Switching off rules') return;
          sim.save((root) => {
            const list = rulesIn(root);
            if (list !== undefined)
              list.children = list.children.filter((one) => !textAt(one, 'description').startsWith('b '));
          });
        },
      },
    ).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ effect: expect.stringContaining('It stopped at: removing rules') });
    const left = (await observe(target)).policy?.rules.filter((one) => one.key === 'rule/b');
    expect(left).toMatchObject([{ enabled: false, owner: 'home', entry: { interface: 'opt1' } }]);
    await write(target, { ...FULL, rule: [rule('a')] });
    expect(changesTo(await observe(target), { ...FULL, rule: [rule('a')] })).toEqual([]);
  });

  it('keeps a changed rule off until an alias that somebody deleted or switched off is back', async () => {
    for (const harm of ['delete', 'switch off']) {
      const { sim, target } = await startRig();
      await write(target, FULL);
      sim.save((root) => {
        const list = ['OPNsense', 'Firewall', 'Alias', 'aliases'].reduce<SimNode | undefined>(childOf, root);
        const web = childrenOf(list, 'alias').find((one) => textAt(one, 'name') === 'web');
        if (list === undefined || web === undefined) throw new Error('no alias');
        if (harm === 'delete') list.children = list.children.filter((one) => one !== web);
        else setText(web, 'enabled', '0');
      });
      sim.clearLog();
      await write(target, { ...FULL, rule: [rule('a', { destination: WEB_TARGET }), rule('b', { sequence: 200 })] });
      expect(calls(sim).slice(0, 3), harm).toEqual([
        'firewall/filter/set',
        'firewall/filter/apply',
        'firewall/alias/import',
      ]);
    }
  });

  it('says which foreign rule keeps an alias, and that all else is done', async () => {
    const { sim, target } = await startRig();
    await write(target, FULL);
    sim.save((root) => {
      const list = rulesIn(root);
      const [first] = list?.children ?? [];
      if (list === undefined || first === undefined) throw new Error('no rule');
      const foreign = structuredClone(first);
      foreign.attributes = { uuid: '11111111-2222-4333-8444-555555555555' };
      setText(foreign, 'description', 'by hand');
      list.children.push(foreign);
    });
    const error = await write(target, {}).catch((failure: unknown) => failure);
    expect(error).toMatchObject({
      message: expect.stringContaining('Currently in use by'),
      effect: expect.stringMatching(/Done: removing rules\. It stopped at: removing aliases/),
    });
    expect((await observe(target)).policy).toMatchObject({ rules: [], redirects: [] });
  });
});

describe('what was saved and is not in force', () => {
  it('is put in force by settling, where a policy was ever written', async () => {
    const { sim, target } = await startRig();
    sim.failNext({ kind: 'reset', path: '/api/firewall/filter/apply' });
    await expect(write(target, FULL)).rejects.toMatchObject({ written: 'unknown' });
    expect(sim.inForceText()).not.toContain('rule/a');
    await observe(target);
    await target.settle(new AbortController().signal, () => undefined);
    expect(sim.inForceText()).toContain('rule/a');
  });

  it('says that it may not be, where settling fails', async () => {
    const { sim, target } = await startRig();
    await write(target, FULL);
    await observe(target);
    sim.failNext({ kind: 500, path: '/api/firewall/alias/reconfigure' });
    await expect(target.settle(new AbortController().signal, () => undefined)).rejects.toMatchObject({
      effect: expect.stringContaining('may not be in force'),
      written: 'unknown',
    });
  });

  it('is not looked after where there never was a policy', async () => {
    const { sim, target } = await startRig();
    await observe(target);
    sim.clearLog();
    await target.settle(new AbortController().signal, () => undefined);
    expect(calls(sim).filter((path) => path.startsWith('firewall'))).toEqual([]);
  });

  it('is doubted after a first call whose answer was lost, and not after one that was refused', async () => {
    const { sim, target } = await startRig();
    await write(target, FULL);
    const wanted: Entries = { ...FULL, rule: [rule('a', { log: true }), rule('b', { sequence: 200 })] };
    sim.failNext({ kind: 403, path: '/api/firewall/filter/set' });
    await expect(write(target, wanted)).rejects.toMatchObject({ written: 'nothing' });
    sim.failNext({ kind: 'reset', path: '/api/firewall/filter/set', done: true });
    await expect(write(target, wanted)).rejects.toMatchObject({
      written: 'unknown',
      effect: expect.stringMatching(/^It stopped at: writing rules, which may be done or not\./),
    });
  });
});

const WEB_TARGET = { not: false, parts: [{ kind: 'addresses', span: '10.2.0.0/24' }] } as const;
