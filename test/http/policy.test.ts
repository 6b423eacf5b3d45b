import { describe, expect, it } from 'vitest';
import { startRig, TOKENS } from './rig.js';

async function ask(path: string): Promise<{ readonly status: number; readonly json: unknown }> {
  const rig = await startRig();
  const { status, json } = await rig.ask({ path, token: TOKENS.viewer });
  return { status, json };
}

describe('the policy over HTTP', () => {
  it('explains a flow on the firewall as it is', async () => {
    const { status, json } = await ask('/v1/policy/explain?from=web&to=default/db&port=tcp/5432');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      after: false,
      flows: [
        {
          from: 'default/web',
          to: 'default/db',
          port: 'tcp/5432',
          verdict: 'block',
          rule: { origin: 'automatic', description: 'Default deny / state violation rule' },
        },
      ],
    });
  });

  it.each([
    ['a port without a protocol', 'from=web&to=default/db&port=22', 'tcp/22 or udp/22'],
    ['nobody', 'from=nobody&to=default/db&port=tcp/22', 'project/name'],
    ['a segment that is not there', 'from=segment:attic&to=default/db&port=tcp/22', 'There are: servers, edge'],
    ['one end twice', 'from=default/web&to=default/web&port=tcp/22', 'two different ends'],
  ])('says what is wrong with %s', async (_what, query, hint) => {
    const { status, json } = await ask(`/v1/policy/explain?${query}`);
    expect(status).toBe(422);
    expect(json).toMatchObject({ code: 'S32_POLICY_QUESTION', hint: expect.stringContaining(hint) });
  });

  it.each([
    'instances?segment=severs',
    'reservations?segment=severs',
    'policy/watch?segment=severs',
    'instances?project=defolt',
  ])('answers no empty list to a name that is not known: %s', async (question) => {
    const rig = await startRig();
    const { status, json } = await rig.ask({ path: `/v1/${question}`, token: TOKENS.operator });
    expect(status).toBe(422);
    expect(json).toMatchObject({ code: 'S32_NO_MATCH', hint: expect.stringMatching(/^Did you mean/) });
  });

  it('lists who reaches whom, narrowed and in pages', async () => {
    const { json } = await ask('/v1/policy/reach');
    const { items } = json as { items: { from: string }[] };
    expect(items.every((one) => typeof one.from === 'string')).toBe(true);
    expect((await ask('/v1/policy/reach?from=internet')).json).toEqual({ items: [] });
  });

  it.each(['explain?from=web&to=default/db&port=tcp/22', 'reach', 'tests', 'watch'])(
    'answers no %s about rules that the firewall does not load',
    async (question) => {
      const rig = await startRig();
      const reading = rig.service.reading();
      const { policy } = reading?.observed ?? {};
      if (reading === undefined || policy === undefined) throw new Error('no reading');
      const ruleSet = { ...policy.ruleSet, refused: [{ where: '"odd" (b0b0)', why: 'it is wrong' }] };
      const observed = { ...reading.observed, policy: { ...policy, ruleSet } };
      rig.service.reading = () => ({ ...reading, observed });
      const { status, json } = await rig.ask({ path: `/v1/policy/${question}`, token: TOKENS.operator });
      expect(status).toBe(409);
      expect(json).toMatchObject({ code: 'S32_RULES_REFUSED', detail: '"odd" (b0b0): it is wrong.' });
    },
  );

  it('says of two instances on one segment that it passes beside the firewall where a port is open', async () => {
    const rig = await startRig();
    const reading = rig.service.reading();
    if (reading === undefined) throw new Error('no reading');
    const instances = reading.inventory.instances.map((one) =>
      one.name === 'web' ? { ...one, nics: one.nics.map((nic) => ({ ...nic, isolated: false })) } : one,
    );
    rig.service.reading = () => ({ ...reading, inventory: { ...reading.inventory, instances } });
    const asked = async (path: string) => (await rig.ask({ path: `/v1/policy/${path}`, token: TOKENS.viewer })).json;
    const explained = await asked('explain?from=web&to=default/db&port=tcp/5432');
    expect(explained).toMatchObject({
      flows: [{ verdict: 'pass', headline: expect.stringMatching(/^It passes beside the firewall/), reasons: [] }],
    });
    expect(explained).not.toHaveProperty('flows.0.rule');
    expect(await asked('reach?from=default/web&to=default/db')).toMatchObject({
      items: [{ services: ['any'], by: [expect.stringContaining('beside the firewall: default/web/eth0')] }],
    });
    const { items } = (await asked('tests')) as { items: { outcome: string; failures: string[] }[] };
    expect(items[0]).toMatchObject({ outcome: 'failed' });
    expect(items[0]?.failures[0]).toContain('should be dropped and passes beside the firewall');
  });

  it('lists tests, and says whether all of them hold', async () => {
    const { json } = await ask('/v1/policy/tests');
    expect(json).toMatchObject({
      passed: false,
      nowhere: [],
      nobody: 1,
      items: [
        { outcome: 'passed', checks: 1, failures: [] },
        { outcome: 'failed', failures: [expect.stringContaining('should pass and is dropped')] },
        { outcome: 'nobody', checks: 0 },
      ],
    });
    expect((await ask('/v1/policy/tests?limit=1')).json).toMatchObject({
      items: [{ outcome: 'passed' }],
      passed: false,
    });
  });

  it('has nothing to say before the first look', async () => {
    const rig = await startRig();
    rig.service.blank = true;
    for (const path of ['explain?from=web&to=internet&port=icmp', 'reach', 'tests'])
      expect((await rig.ask({ path: `/v1/policy/${path}`, token: TOKENS.viewer })).status).toBe(409);
  });

  it('reads the log of the firewall for the statements that are missing', async () => {
    const { status, json } = await ask('/v1/policy/watch?limit=10');
    expect(status).toBe(200);
    expect(json).toEqual({ read: 0, segments: [], proposals: [], others: 0 });
  });
});
