import { expect, it } from 'vitest';
import { leftWaiting } from '../../../src/firewall/opnsense/plugin/endings.js';
import { PLAIN_RUN } from '../../../src/service/types/run.js';
import { runsOf, scene, serve } from './scene.js';
import { ALICE } from './world.js';

it('leaves a change alone whose wait a person broke off: the next run does not confirm it in his place', async () => {
  const at = await scene();
  const clock = { now: () => new Date(), elapsed: () => 0, sleep: async () => {} };
  const service = serve(at, (target) => ({
    ...target,
    async apply(request) {
      const { commitment } = request;
      if (commitment === undefined) throw new Error('no commitment');
      await target.apply({ ...request, commitment: { ...commitment, wait: false } });
      throw leftWaiting(clock, 120_000, 'the firewall');
    },
  }));
  expect((await runsOf(service, 1))[0]).toMatchObject({ failure: { code: 'S32_PLUGIN_LEFT_WAITING' } });
  service.start(PLAIN_RUN, ALICE, undefined);
  expect((await runsOf(service, 2))[1]).toMatchObject({ outcome: 'waiting' });
  expect(at.firewall.applies().map((line) => line.outcome)).toEqual(['pending']);
});
