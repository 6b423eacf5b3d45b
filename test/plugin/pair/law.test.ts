import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, newToken, ownedIn, post, read, reservation, skipReason } from '../engine/support.js';
import type { StandIn } from '../standin/start.js';
import { addAliasByHand, lead, type Pair, pay, startPair } from './nodes.js';

const reason = await skipReason();

/** One thing that happens to the pair. */
type Event =
  | { readonly kind: 'failover' }
  | { readonly kind: 'by-hand' }
  | { readonly kind: 'apply'; readonly owner: 'home' | 'yard'; readonly ends: 'kept' | 'confirmed' | 'rolled back' }
  | { readonly kind: 'late confirm' }
  | { readonly kind: 'pay'; readonly who: 'first' | 'second' };

const EVENT: fc.Arbitrary<Event> = fc.oneof(
  fc.constant<Event>({ kind: 'failover' }),
  fc.constant<Event>({ kind: 'by-hand' }),
  fc.record({
    kind: fc.constant('apply' as const),
    owner: fc.constantFrom('home' as const, 'yard' as const),
    ends: fc.constantFrom('kept' as const, 'confirmed' as const, 'rolled back' as const),
  }),
  fc.constant<Event>({ kind: 'late confirm' }),
  fc.record({ kind: fc.constant('pay' as const), who: fc.constantFrom('first' as const, 'second' as const) }),
);

describe('a pair', () => {
  test('loses nothing that was saved on the master, whatever happens on both', async ({ skip }) => {
    skip(reason !== undefined, reason);
    await fc.assert(
      fc.asyncProperty(fc.array(EVENT, { minLength: 5, maxLength: 9 }), async (events) => {
        const pair = await startPair();
        try {
          await play(pair, events);
        } finally {
          await pair.stop();
        }
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });
});

function dhcpdOf(node: StandIn): string {
  return /<dhcpd>[\s\S]*<\/dhcpd>/.exec(read(node, 'conf/config.xml'))?.[0] ?? '';
}

async function play(pair: Pair, events: readonly Event[]): Promise<void> {
  const saved = new Map<StandIn, string[]>([
    [pair.first, []],
    [pair.second, []],
  ]);
  let master: 'first' | 'second' = 'first';
  let number = 0;
  for (const event of events) {
    number += 1;
    const node = pair[master];
    if (event.kind === 'failover') {
      master = master === 'first' ? 'second' : 'first';
      lead(pair, master);
    } else if (event.kind === 'pay') {
      await pay(pair[event.who]);
    } else if (event.kind === 'by-hand') {
      const name = `by_hand_${number}`;
      addAliasByHand(node, name);
      saved.get(node)?.push(`<name>${name}</name>`);
    } else {
      const owner = event.kind === 'apply' ? event.owner : 'home';
      const token = newToken();
      const ends = event.kind === 'apply' ? event.ends : 'confirmed';
      const reservations = [
        ...ownedIn(dhcpdOf(node), 'opt1', owner),
        reservation(owner, number + (owner === 'yard' ? 50 : 0)),
      ];
      const answer = await apply(node, { owner, reservations, seconds: ends === 'kept' ? 0 : 60, token });
      expect(answer).toMatchObject({ result: 'applied' });
      if (event.kind === 'late confirm') {
        master = master === 'first' ? 'second' : 'first';
        lead(pair, master);
      }
      if (ends !== 'kept') await post(node, ends === 'confirmed' ? 'confirm' : 'rollback', { owner, token });
      if (ends !== 'rolled back')
        saved.get(node)?.push(`[slash32:${owner}:default/n${number + (owner === 'yard' ? 50 : 0)}/`);
    }
    for (const [one, texts] of saved) {
      const text = read(one, 'conf/config.xml');
      const lost = texts.filter((part) => !text.includes(part));
      expect(lost, `after event ${number}, ${event.kind}`).toEqual([]);
    }
  }
}
