import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import { apply, applyBody, get, newToken, post, read, reservation, skipReason } from './support.js';

const reason = await skipReason();

describe('two changes of one setting that wait at the same time', () => {
  let box: StandIn;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn();
  });
  afterEach(() => box?.stop());

  test.each([
    ['the lower one first', ['home', 'yard']],
    ['the upper one first', ['yard', 'home']],
  ])('leave what was before both when they are undone, %s', async (_name, order) => {
    const range = () =>
      /<opt1>[\s\S]*?<range>([\s\S]*?)<\/range>/.exec(read(box, 'conf/config.xml').split('<dhcpd>')[1] ?? '')?.[1];
    const before = range();
    const tokens: Record<string, string> = { home: newToken(), yard: newToken() };
    for (const [index, owner] of ['home', 'yard'].entries()) {
      const address = `10.10.1.${220 + index}`;
      const segments = [{ interface: 'opt1', settings: { range: { from: address, to: address } } }];
      const body = applyBody(box, { owner, seconds: 60, token: tokens[owner] ?? '', more: { segments } });
      expect(await post(box, 'apply', body)).toMatchObject({ result: 'applied' });
    }
    expect(range()).not.toBe(before);

    for (const owner of order)
      expect(await post(box, 'rollback', { owner, token: tokens[owner] })).toMatchObject({ result: 'rolled_back' });

    expect(range()).toBe(before);
  });
});

describe('a setting that one owner set with a change that waits, and that another owner asks for too', () => {
  const MASK = { mask: '255.255.255.255', deny_unknown: true };
  let box: StandIn;
  let tokens: Record<string, string>;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn();
    tokens = { home: newToken(), yard: newToken() };
  });
  afterEach(() => box?.stop());

  const set = (owner: string, settings: object, more: object = {}, seconds = 60) => {
    const segments = [{ interface: 'opt1', settings, ...more }];
    return post(box, 'apply', applyBody(box, { owner, seconds, token: tokens[owner] ?? '', more: { segments } }));
  };
  const rollback = (owner: string) => post(box, 'rollback', { owner, token: tokens[owner] });
  const opt1 = () => /<opt1>[\s\S]*?<\/opt1>/.exec(read(box, 'conf/config.xml').split('<dhcpd>')[1] ?? '')?.[0] ?? '';
  const OWN = { reservations: [reservation('yard', 50)] };
  const LEFT = { where: 'opt1', object: 'mask', message: expect.stringMatching(/^yard wants it .* since 20\d\d-/) };

  test.each([
    ['with a change of its own that is final', OWN],
    ['with nothing to change', {}],
  ])('stays and is named when the first is rolled back: the other asked %s', async (_name, more) => {
    await set('home', MASK, { reservations: [reservation('home', 1)] });
    await set('yard', { mask: MASK.mask }, more, 0);

    expect(await rollback('home')).toMatchObject({ result: 'rolled_back', left: [LEFT] });

    expect(opt1()).toContain('255.255.255.255');
    expect(opt1()).not.toContain('denyunknown');
    expect(opt1()).not.toContain('home-1');
    expect((await get(box)).applies).toContainEqual(expect.objectContaining({ outcome: 'rolled_back', left: [LEFT] }));
  });

  test.each([
    ['the lower one first', ['home', 'yard']],
    ['the upper one first', ['yard', 'home']],
  ])('goes back to what was before both when both are undone, %s', async (_name, order) => {
    const before = opt1();
    await set('home', MASK);
    await set('yard', { mask: MASK.mask }, OWN);
    for (const owner of order) expect(await rollback(owner)).toMatchObject({ result: 'rolled_back' });
    expect(opt1()).toBe(before);
  });

  test('stays when the other change was confirmed before or after', async () => {
    await set('home', MASK);
    await set('yard', { mask: MASK.mask }, OWN);
    expect(await rollback('home')).toMatchObject({ left: [LEFT] });
    expect(await post(box, 'confirm', { owner: 'yard', token: tokens.yard })).toMatchObject({ result: 'confirmed' });
    expect(opt1()).toContain('255.255.255.255');
  });

  test.each([
    ['looked with a dry run only', { dry_run: true }, {}],
    ['does not name it any more', {}, { deny_unknown: null }],
  ])('goes back when the other %s', async (_name, more, settings) => {
    await set('home', { mask: MASK.mask });
    const segments = [{ interface: 'opt1', settings: { mask: MASK.mask } }];
    expect(await apply(box, { owner: 'yard', more: { segments, ...more } })).toMatchObject({
      result: expect.stringMatching(/nothing/),
    });
    if (Object.keys(settings).length > 0) await set('yard', settings, {}, 0);
    expect(await rollback('home')).toMatchObject({ result: 'rolled_back', left: [] });
    expect(opt1()).not.toContain('255.255.255.255');
  });
});
