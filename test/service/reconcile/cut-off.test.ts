import { expect, it } from 'vitest';
import { renderStatus } from '../../../src/cli/status-text.js';
import type { Target } from '../../../src/model/firewall.js';
import { noTracks, watched } from '../../../src/service/reconcile/watched.js';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import { until } from '../../support/until.js';
import { runsOf, scene, serve } from './scene.js';
import { ALICE } from './world.js';

/** With the address that slash32 itself has for the firewall. */
const ASK = /slash32 explain 10\.0\.0\.5 firewall tcp\/\d+ --after.*release-hold/;

/** The firewall sees the service at an address of its own, and not on loopback. */
function seenFrom(address: string): (target: Target) => Target {
  return (target) => ({
    ...target,
    observe: async (...call) => ({ ...(await target.observe(...call)), ownAddress: address }),
  });
}

const BARE = {
  good: (text: string) => text,
  bad: (text: string) => text,
  warn: (text: string) => text,
  faint: (text: string) => text,
  strong: (text: string) => text,
};

it('says that it is cut off while it lasts, and afterwards what to ask and how to go on', async () => {
  const at = await scene();
  at.names = [];
  const service = serve(at, seenFrom('10.0.0.5'));
  await runsOf(service, 1);
  at.names = ['web'];
  at.firewall.cutAfterApply();
  const asked = service.start({ ...PLAIN_RUN, confirmSeconds: 3 }, ALICE, undefined);
  await until('the service notices', () => service.status().cutOff !== undefined);
  const { cutOff } = service.status();
  const checksum = service.run(asked.id)?.plan?.checksum;
  expect(cutOff).toMatchObject({ checksum, reason: expect.stringMatching(/\w/) });
  expect(service.findings().find((one) => one.code === 'cut-off')).toMatchObject({
    severity: 'error',
    since: cutOff?.since,
    message: expect.stringContaining(`it puts back plan ${checksum} at ${cutOff?.undoneAt}`),
    remedy: expect.stringMatching(ASK),
  });
  const text = renderStatus(service.status(), BARE, new Date(cutOff?.since ?? ''));
  expect(text).toMatch(/cut off +cannot reach the firewall since .*; it puts back plan \w{16} at /);

  const ended = await service.settled(asked.id, 60_000, new AbortController().signal);
  expect(ended).toMatchObject({
    outcome: 'rolled_back',
    failure: {
      code: 'S32_PLUGIN_EXPIRED',
      hint: expect.stringMatching(/slash32 explain \S+ firewall tcp\/\d+ --after.*release-hold/),
    },
  });
  expect(ended?.failure?.hint).not.toContain('--confirm-within');
  expect(service.status().cutOff).toBeUndefined();
  expect(service.findings().find((one) => one.code === 'plan-held')?.remedy).toMatch(ASK);
});

it('hands the run everything that the firewall can do: the list of open connections, and ending some', () => {
  const target: Required<Target> = {
    observe: async () => Promise.reject(new Error('no')),
    check: () => [],
    restarts: () => [],
    settle: async () => undefined,
    apply: async () => ({ revision: '1', notes: [] }),
    commit: { confirm: async () => ({ outcome: 'unknown' }), rollback: async () => ({ outcome: 'unknown' }) },
    connections: { list: async () => ({ connections: [], unread: 0 }) },
    log: async () => [],
  };
  const deps = { target, signal: new AbortController().signal } as unknown as Parameters<typeof watched>[0];
  const seen = watched({ ...deps, ledgers: deps.ledgers }, noTracks(), () => undefined, undefined).target;
  expect(Object.keys(seen).toSorted()).toEqual(Object.keys(target).toSorted());
});
