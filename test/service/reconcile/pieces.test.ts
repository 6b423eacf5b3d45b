import { describe, expect, it } from 'vitest';
import { inventoryDigest } from '../../../src/service/reconcile/inventory-digest.js';
import { createRunIds } from '../../../src/service/reconcile/run-id.js';
import { sameOptions } from '../../../src/service/reconcile/run-record.js';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import { instance, inventory, nic } from '../../plan/build.js';

const WEB = instance('web');
const DB = instance('db');
const digest = (...instances: Parameters<typeof inventory>[0]) => inventoryDigest(inventory(instances));

describe('the digest of an inventory', () => {
  it.each([
    ['the order', [DB, WEB]],
    ['whether one runs', [{ ...WEB, status: 'stopped' }, DB]],
  ])('does not see %s', (_what, instances) => {
    expect(digest(...instances)).toBe(digest(WEB, DB));
  });

  it.each([
    ['an instance that is gone', [WEB]],
    ['a name', [{ ...WEB, name: 'www' }, DB]],
    ['an identity', [{ ...WEB, uuid: undefined }, DB]],
    ['a pin', [{ ...WEB, pinnedAddress: '10.2.0.9' }, DB]],
    ['one that wants to be left alone', [{ ...WEB, ignored: true }, DB]],
    ['a MAC', [{ ...WEB, nics: [nic({ mac: '10:66:6a:00:00:99' })] }, DB]],
    ['a network', [{ ...WEB, nics: [nic({ network: 'edge' })] }, DB]],
  ])('sees %s', (_what, instances) => {
    expect(digest(...instances)).not.toBe(digest(WEB, DB));
  });
});

describe('the ids of runs', () => {
  it('sort by time, also within one second', () => {
    let at = Date.parse('2026-11-23T03:15:00Z');
    const next = createRunIds(() => new Date(at), Math.random);
    const ids: string[] = [];
    for (let n = 0; n < 2_000; n += 1) {
      ids.push(next());
      if (n % 500 === 0) at += 1_000;
    }
    expect(ids[0]).toMatch(/^20261123T031500Z-[0-9a-f]{6}$/);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('two requests', () => {
  it('are the same when they ask for the same, in whatever order, and after the journal', () => {
    const { dryRun, ...rest } = PLAIN_RUN;
    expect(sameOptions(PLAIN_RUN, { ...rest, dryRun })).toBe(true);
    expect(sameOptions(PLAIN_RUN, JSON.parse(JSON.stringify(PLAIN_RUN)))).toBe(true);
    expect(sameOptions(PLAIN_RUN, { ...PLAIN_RUN, segments: ['servers'] })).toBe(false);
  });
});
