import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import { apply, get, ownedIn, pause, php, read, reservation, revision, saves, skipReason } from './support.js';

const reason = await skipReason();
/** Applies of each owner; every one of them meets the saves of all others, so the work grows with the square. */
const EACH = Number(process.env.SLASH32_STORM ?? 4);
const OTHERS = 2 * EACH;

describe('many who write at once', () => {
  let box: StandIn;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn({ workers: 6 });
  });
  afterEach(() => box?.stop());

  /** One more reservation for the owner: read, plan, apply, and from the start again on a conflict. */
  async function add(owner: string, number: number): Promise<number> {
    for (let tries = 1; tries < 400; tries++) {
      const state = await get(box);
      const owned = ownedIn(String(state.dhcpd), 'opt1', owner);
      const reservations = [...owned, reservation(owner, number)];
      const answer = await apply(box, { owner, revision: String(state.revision), reservations });
      if (answer.result === 'applied') return tries;
      if (answer.result !== 'conflict') throw new Error(JSON.stringify(answer));
      expect(answer.revision).not.toBe(state.revision);
      await pause(Math.random() * 400);
    }
    throw new Error('no chance in 400 tries');
  }

  test('lose nothing: applies of two owners and saves by others beside them, one save each', async () => {
    const applies = Array.from({ length: EACH }, (_none, n) => [add('home', n), add('yard', 60 + n)]).flat();
    const saving = (async () => {
      for (let n = 0; n < OTHERS; n++) {
        await php(box, join(import.meta.dirname, '../standin/other-save.php'), `other-${n}`);
        await pause(100);
      }
    })();
    await Promise.all([...applies, saving]);
    const config = read(box, 'conf/config.xml');
    for (let n = 0; n < EACH; n++) {
      expect(config).toContain(`<hostname>home-${n}</hostname>`);
      expect(config).toContain(`<hostname>yard-${60 + n}</hostname>`);
    }
    for (let n = 0; n < OTHERS; n++) expect(config).toContain(`<entry>other-${n}</entry>`);
    expect(config).toContain('<hostname>hand-1</hostname>');
    expect(saves(box)).toBe(2 * EACH + OTHERS);
  });

  test('of whom two apply at once on one revision: one is applied, the other gets the new revision', async () => {
    const base = revision(box);
    const answers = await Promise.all([
      apply(box, { revision: base }),
      apply(box, { owner: 'yard', revision: base, reservations: [reservation('yard', 60)] }),
    ]);
    expect(answers.map((one) => one.result).sort()).toEqual(['applied', 'conflict']);
    expect(answers.map((one) => one.revision)).toEqual([revision(box), revision(box)]);
    expect(saves(box)).toBe(1);
  });
});
