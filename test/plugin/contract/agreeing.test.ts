import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fieldOf, readObservedPolicy } from '../../../src/firewall/opnsense/policy/read.js';
import { readRedirectFields } from '../../../src/firewall/opnsense/policy/redirect-fields.js';
import { parseConfigXml, parseXml } from '../../../src/firewall/opnsense/xml/parse.js';
import { skipReason } from '../engine/support.js';
import {
  alias,
  apply,
  bare,
  entry,
  type Fields,
  get,
  natOf,
  newToken,
  post,
  published,
  redirect,
  rule,
  section,
} from './calls.js';
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
    routes: fc.constantFrom('20:0a:0a:01:01:00:00:00:00:00:0a:0a:01:01', '00:0a:0a:01:09', '21:00:00:00:00', null),
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
const icmp = fc.constantFrom({}, { protocol: 'ICMP', destination_port: '', icmptype: 'echoreq,timex' });
const policy = fc
  .record({ names: aliases, ids: rules, source_net: sources, types: icmp, spares: fc.boolean(), on: fc.boolean() })
  .map(({ names, ids, source_net, types, spares, on }) => ({
    aliases: names.map((name) =>
      spares && name === 's32_b'
        ? alias(name, { type: 'network', content: ['10.10.1.0/24', `!10.10.1.${10 + ids.length}`] })
        : alias(name, { content: [`10.10.1.${10 + ids.length}`], enabled: on }),
    ),
    rules: ids.map((id) => rule(id, { source_net, ...types })),
  }));
const forwards = fc
  .record({
    ports: fc.uniqueArray(oftenly(['443', '444', '8000-8004'], '8005'), { maxLength: 3 }),
    target: oftenly(['10.10.1.11', '10.10.1.12'], '10.10.3.11'),
    interface: oftenly(['wan', 'opt1'], 'opt2'),
    to: oftenly(['10.10.1.11', '10.10.1.12'], 's32_a'),
    protocol: fc.constantFrom('tcp', 'udp'),
  })
  .map(({ ports, target, interface: id, to, protocol }) => ({
    redirects: ports.map((destination_port) =>
      redirect(destination_port, { interface: id, destination_net: `${id}ip`, destination_port, target, protocol }),
    ),
    rules: ports.map((port) => published(port, { destination_net: to })),
  }));
const more = fc.oneof(fc.constant({}), policy, forwards);
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
      { kind: 'edit' as const, from: '<destination_port>5432<', to: '<gateway>X</gateway><destination_port>1<' },
      { kind: 'edit' as const, from: '<local-port>8443<', to: '<tagged>x</tagged><local-port>8444<' },
      { kind: 'edit' as const, from: '<target>10.10.1.12<', to: '<target>10.10.3.12<' },
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

/** What the redirects say, whatever fields without a value they have and in whatever order. */
function natSaid(rig: Rig): unknown {
  return natOf(rig)
    .map((text) => fieldOf(parseXml(text)))
    .map((field) => [readRedirectFields(field), field('category'), field('nosync')]);
}

/** What `policy` says, without the uuids that each rig makes for itself, and so in an order of its own where these decide. */
function observed(text: string): unknown {
  const seen = readObservedPolicy(parseConfigXml(text));
  const { rules: all, redirects: nat, notes, ...rest } = seen.ruleSet;
  const bare = (list: readonly object[]) => list.map((one) => JSON.stringify({ ...one, id: '', uuid: '' })).sort();
  return {
    ...rest,
    notes: [...notes].sort(),
    rules: bare(all),
    nat: bare(nat),
    owned: [seen.aliases, seen.rules, seen.redirects].map(bare),
  };
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
          expect(natSaid(php)).toEqual(natSaid(simulator));
        }
        const told = ({ aliases: names, pending, policy: text }: Fields) => [
          names,
          (pending as unknown[]).length,
          observed(String(text)),
        ];
        expect(told(await get(php))).toEqual(told(await get(simulator)));
        expect(held(php).length).toBeGreaterThan(100);
      } finally {
        await Promise.all([simulator.close(), php.close()]);
      }
    }),
    { ...AGREEMENT, endOnFailure: true },
  );
});
