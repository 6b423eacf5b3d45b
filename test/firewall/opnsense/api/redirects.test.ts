import { describe, expect, it } from 'vitest';
import { type PolicyChange, policyDescription } from '../../../../src/model/policy-entries.js';
import { observe, startRig } from './rig.js';

const REDIRECT: PolicyChange = {
  kind: 'redirect',
  action: 'create',
  key: 'nat/site',
  before: undefined,
  after: {
    interface: 'wan',
    protocol: 'tcp',
    destination: { not: false, parts: [{ kind: 'interface-address', interface: 'wan' }] },
    ports: { from: 443, to: 443 },
    target: '10.1.0.20',
    targetPort: 443,
    log: false,
    sequence: 1,
    description: policyDescription('site', 'home', 'nat/site'),
  },
  reason: 'a test',
};

describe('destination NAT through the API', () => {
  it.each(['25.7', '25.7.11', '25.10.2'])(
    'is known to be missing on %s, and no part of it is written',
    async (version) => {
      const { sim, target } = await startRig({ version });
      const base = await observe(target);
      expect(base.policy?.noRedirects).toBe(`OPNsense ${version} has no API for destination NAT, which came with 26.1`);
      const before = sim.configText();
      await expect(
        target.apply({
          base,
          changes: [],
          policy: [REDIRECT],
          message: 'test',
          progress: () => {},
          signal: new AbortController().signal,
        }),
      ).rejects.toMatchObject({ code: 'S32_OPNSENSE_NO_ENDPOINT', written: 'nothing' });
      expect(sim.configText()).toBe(before);
    },
  );

  it.each(['26.1', '26.1.11', '26.7.2', '27.1'])('is there on %s', async (version) => {
    const { target } = await startRig({ version });
    expect((await observe(target)).policy?.noRedirects).toBeUndefined();
  });

  it('of a simulated 25.7 answers as what does not exist, in either spelling', async () => {
    const { sim } = await startRig({ version: '25.7' });
    const [user] = sim.users;
    const authorization = `Basic ${Buffer.from(`${user?.key}:${user?.secret}`).toString('base64')}`;
    for (const path of ['d_nat/search_rule', 'dNat/searchRule']) {
      const answer = await fetch(`${sim.url}/api/firewall/${path}`, { headers: { authorization } });
      expect([answer.status, await answer.json()]).toEqual([404, { errorMessage: 'Endpoint not found' }]);
    }
  });
});
