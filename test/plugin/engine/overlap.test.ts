import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import { applyBody, newToken, post, read, skipReason } from './support.js';

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
