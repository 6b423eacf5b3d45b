import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance } from '../../src/model/instance.js';
import { renderText } from '../../src/plan/render/text.js';
import type { Plan } from '../../src/plan/types.js';
import { findingsOf } from '../../src/service/reconcile/findings.js';
import { actions, applied, buildPlan, EDGE, input, instance, inventory, nic, SERVERS, settings } from './build.js';

/** What one port lets happen to everybody on its segment, whoever wants it left alone. */
const LAYER_2 = new Set(['not-isolated', 'mac-filtering', 'second-way']);
const HONEST = instance('honest', { project: 'ops' });
const SETTINGS = settings({
  segments: [SERVERS, EDGE].map((one) => ({ ...one, manage: ['reservations', 'mask'] as const })),
  exclude: ['default/out'],
});

function scene(others: readonly Instance[]) {
  return input({ settings: SETTINGS, inventory: inventory([HONEST, ...others]) });
}

/** As it stands once everything that the plan wants is there. */
function settled(others: readonly Instance[]) {
  const before = scene(others);
  return applied(before, buildPlan(before));
}

function codesOf(plan: Plan): string[] {
  const all = [plan.warnings, plan.policy?.warnings ?? [], ...plan.segments.map((one) => one.warnings)].flat();
  return all.map((one) => one.code);
}

const shape = fc.record({
  name: fc.constantFrom('out', 'x'),
  tags: fc.constantFrom([], ['web', 'nobodys']),
  pinnedAddress: fc.option(fc.constantFrom('10.2.0.44', 'nonsense'), { nil: undefined }),
  nics: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('eth0', 'eth1', 'eth2'),
      network: fc.constantFrom('servers', 'edge', 'other'),
      mac: fc.constantFrom(undefined, '10:66:6a:aa:00:01', '10:66:6a:aa:00:02', HONEST.nics[0]?.mac),
      isolated: fc.boolean(),
      pinnedAddress: fc.constantFrom(undefined, '10.2.0.45', '10.77.0.1'),
      filters: fc.option(
        fc.record({ mac: fc.boolean(), ipv4: fc.boolean(), ipv6: fc.boolean(), ipv4Address: fc.constant(undefined) }),
        { nil: undefined },
      ),
      vlans: fc.constantFrom(
        undefined,
        { untagged: '30', tagged: [] },
        { untagged: undefined, tagged: ['30'] },
        { untagged: '1', tagged: ['40'] },
      ),
    }),
    { selector: (one) => one.name, maxLength: 3 },
  ),
});

describe('an instance that its owner wants left alone', () => {
  it('causes no warning and no finding but of what its ports do to others, and leaves nobody out', () => {
    fc.assert(
      fc.property(shape, fc.boolean(), (part, wasPlanned) => {
        const made = instance('x', part);
        const ignored = { ...made, ignored: made.name !== 'out' };
        const before = settled(wasPlanned ? [{ ...made, name: 'x' }] : []);
        const plain = settled([]);
        const plan = buildPlan({ ...before, inventory: inventory([HONEST, { ...ignored, uuid: made.uuid }]) });
        const known = new Set(codesOf(buildPlan({ ...plain, inventory: inventory([HONEST]) })));
        expect(codesOf(plan).filter((code) => !LAYER_2.has(code) && !known.has(code))).toEqual([]);
        expect(plan.segments.flatMap((one) => one.leftOut).filter((one) => !one.nic.startsWith('ops/'))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['its reservation stays', {}, '1 reservation of excluded or ignored instances stays (default/web/eth0).'],
    [
      'its NIC went elsewhere',
      { nics: [nic({ network: 'edge', mac: '10:66:6a:00:00:09' })] },
      '1 reservation without a NIC here stays (default/web/eth0): its instance is to be left alone.',
    ],
  ])('has a line in the plan where %s, and no finding', (_, part, line) => {
    const web = instance('web', { nics: [nic({ mac: '10:66:6a:00:00:09' })] });
    const plan = buildPlan({ ...settled([web]), inventory: inventory([HONEST, { ...web, ...part, ignored: true }]) });
    expect(actions(plan)).toEqual([]);
    expect(plan.segments.flatMap((one) => one.notes ?? [])).toEqual([line]);
    const bare = (text: string): string => text;
    const text = renderText(plan, { good: bare, bad: bare, warn: bare, faint: bare, strong: bare });
    expect(text).toContain(`\n  ${line}\n`);
    const facts = {
      pause: undefined,
      hold: undefined,
      waiting: undefined,
      cutOff: undefined,
      blindSince: undefined,
      wayIn: '',
    };
    const stream = { state: 'off', since: '', lastEventAt: undefined, failure: undefined, connects: 0 } as const;
    const rest = { failures: 0, failure: undefined, disk: undefined, stream };
    const told = findingsOf({ ...facts, ...rest, plan }, [], '2026-11-23T08:00:00Z');
    expect(told.filter((one) => one.message.includes('default/web'))).toEqual([]);
  });

  it('still makes its network one that has NICs', () => {
    const alone = { ...instance('web', {}, { network: 'edge' }), ignored: true };
    expect(codesOf(buildPlan(scene([])))).toContain('no-nics');
    expect(codesOf(buildPlan(scene([alone])))).not.toContain('no-nics');
  });

  it('still opens its segment for all with a port that is not isolated, and that is said', () => {
    const open = { ...instance('web', {}, { isolated: false }), ignored: true };
    expect(codesOf(buildPlan(scene([open])))).toContain('not-isolated');
  });
});

describe('NICs on bridges that are no segment', () => {
  const on = (network: string, name: string, part: Partial<Instance> = {}) => instance(name, part, { network });
  it.each<[string, readonly Instance[], readonly string[] | undefined]>([
    ['one', [on('br9', 'a')], ['1 NIC stands on br9, which is no segment: it is left alone.']],
    [
      'several of one bridge',
      [on('br9', 'a'), on('br9', 'b'), on('br9', 'c')],
      ['3 NICs stand on br9, which is no segment: they are left alone.'],
    ],
    [
      'those of two bridges in one line',
      [on('br9', 'a'), on('br8', 'b'), on('br9', 'c')],
      ['NICs on bridges that are no segment are left alone: 1 on br8, 2 on br9.'],
    ],
    ['none where every NIC stands on a segment', [on('edge', 'a')], undefined],
    ['none of an instance that is to be left alone anyway', [on('br9', 'a', { ignored: true })], undefined],
  ])('are named in one line: %s', (_, others, wanted) => {
    expect(buildPlan(scene(others)).notes).toEqual(wanted);
  });

  it('are no business of a plan of a part, and change no checksum', () => {
    const before = scene([on('br9', 'a')]);
    expect(buildPlan({ ...before, only: { segments: ['servers'], instances: [] } }).notes).toBeUndefined();
    expect(buildPlan(before).checksum).toBe(buildPlan(scene([])).checksum);
  });
});
