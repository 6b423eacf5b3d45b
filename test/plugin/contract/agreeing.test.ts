import fc from 'fast-check';
import { expect, it } from 'vitest';
import { skipReason } from '../engine/support.js';
import { alias, apply, bare, entry, type Fields, get, newToken, post, rule, section } from './calls.js';
import { phpRig, type Rig, simulatorRig } from './rigs.js';

/** The same runs every time, unless somebody asks for more: then each is a new one. */
const MORE = process.env.SLASH32_AGREE_RUNS;
const AGREEMENT = MORE === undefined ? { numRuns: 12, seed: 32 } : { numRuns: Number(MORE) };

const noPhp = await skipReason();

/** What happens next to both firewalls. */
type Step =
  | {
      readonly kind: 'apply';
      readonly waits: boolean;
      readonly last: readonly number[];
      readonly settings: Fields;
      readonly more: Fields;
    }
  | { readonly kind: 'confirm' | 'rollback' }
  | { readonly kind: 'edit'; readonly from: string; readonly to: string };

/** Mostly one of the harmless values, now and then the one that somebody else has. */
function oftenly<T>(harmless: readonly T[], taken: T): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 19, arbitrary: fc.constantFrom(...harmless) },
    { weight: 1, arbitrary: fc.constant(taken) },
  );
}

const settings = fc.record(
  {
    range: fc.constantFrom(
      { from: '10.10.1.254', to: '10.10.1.254' },
      { from: '10.10.1.200', to: '10.10.1.240' },
      { from: '10.10.1.240', to: '10.10.1.249' },
      { from: '10.10.1.9', to: '10.10.1.14' },
    ),
    mask: fc.constantFrom('255.255.255.255', '255.255.255.0', null),
    deny_unknown: fc.boolean(),
    mac_allow: fc.constantFrom('02:00:00:00:00:00', null),
    static_arp: fc.boolean(),
    router: fc.constantFrom('none', '10.10.1.9', '10.10.1.1', null),
    enabled: fc.constantFrom(true, true, true, false),
  },
  { requiredKeys: [] },
);
const aliases = fc.uniqueArray(oftenly(['s32_a', 's32_b'], 'by_hand'), { maxLength: 2 });
const rules = fc.uniqueArray(fc.constantFrom('1', '2', '3'), { maxLength: 3 });
const sources = fc.constantFrom('any', 's32_a', 's32_b', '10.10.1.0/24');
const more = fc.oneof(
  fc.constant({}),
  fc.record({ names: aliases, ids: rules, source_net: sources }).map(({ names, ids, source_net }) => ({
    aliases: names.map((name) => alias(name, { content: [`10.10.1.${10 + ids.length}`] })),
    rules: ids.map((id) => rule(id, { source_net })),
  })),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('apply' as const),
      waits: fc.boolean(),
      last: fc.uniqueArray(oftenly([10, 11, 12, 155, 161], 150), { maxLength: 5 }),
      settings,
      more,
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'confirm' as const }, { kind: 'rollback' as const }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { kind: 'edit' as const, from: '<hostname>h11<', to: '<hostname>mine<' },
      { kind: 'edit' as const, from: '<value>255.255.255.255<', to: '<value>255.255.0.0<' },
      { kind: 'edit' as const, from: '<destination_port>5432<', to: '<destination_port>1<' },
      { kind: 'edit' as const, from: '<hostname>hand<', to: '<hostname>hands<' },
    ),
  },
);

/** An entry that is there by now is named by its place. */
function reservationsOf(rig: Rig, last: readonly number[]): Fields[] {
  const maps = section(rig).match(/<staticmap>.*?<\/staticmap>/g) ?? [];
  return last.map((number) => {
    const at = maps.findIndex((map) => map.includes(`default/h${number}/`));
    return entry(`h${number}`, number, at < 0 ? {} : { at });
  });
}

async function take(rig: Rig, next: Step, token: string): Promise<Fields> {
  if (next.kind === 'edit') {
    rig.edit((text) => text.replace(next.from, next.to));
    return {};
  }
  if (next.kind !== 'apply') return post(rig, next.kind, { owner: 'home', token });
  const segments = [
    { interface: 'opt1', settings: next.settings, reservations: reservationsOf(rig, next.last) },
    { interface: 'opt2', settings: { router: next.waits ? 'none' : null } },
  ];
  return apply(rig, { segments, ...next.more, ...(next.waits ? { confirm_seconds: 300, token } : {}) });
}

/** What both must say: everything but revisions, ids and times, and of complaints the places. */
function spoken(answer: Fields): Fields {
  const { result, code, changed, reloaded, outcome, notes } = answer;
  const left = (answer.left as Fields[] | undefined)?.length;
  return { result, code, changed, reloaded, outcome, notes: (notes as string[] | undefined)?.length, left };
}

/** Everything that both must hold, without the uuids that each makes for itself. */
function held(rig: Rig): string {
  const text = bare(rig).replace(/ uuid="[^"]*"|<categories>[^<]*<\/categories>/g, '');
  return text.replace(/<Category>.*<\/Category>/, '').replace(/<(\w+)\/>|<(\w+)><\/\2>/g, '');
}

it('the simulator and the PHP give the same answers and hold the same configuration, whatever happens to both', async ({
  skip,
}) => {
  skip(noPhp !== undefined, noPhp);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      const [simulator, php] = [await simulatorRig(), await phpRig()];
      try {
        let token = newToken();
        for (const next of steps) {
          const [one, other] = [await take(simulator, next, token), await take(php, next, token)];
          expect(spoken(other), JSON.stringify([next, one, other])).toEqual(spoken(one));
          if (next.kind !== 'apply' || one.result === 'restored') token = one.result === undefined ? token : newToken();
          expect(section(php)).toBe(section(simulator));
        }
        const told = ({ aliases: names, pending }: Fields) => [names, (pending as unknown[]).length];
        expect(told(await get(php))).toEqual(told(await get(simulator)));
        expect(held(php).length).toBeGreaterThan(100);
      } finally {
        await Promise.all([simulator.close(), php.close()]);
      }
    }),
    { ...AGREEMENT, endOnFailure: true },
  );
}, 600_000);
