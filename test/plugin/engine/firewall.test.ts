import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import { apply, newToken, pause, post, read, services, skipReason } from './support.js';

const reason = await skipReason();
const ALIAS = { name: 's32_web', type: 'host', content: ['10.10.1.11'], descr: 'web [slash32:home:alias/web]' };
const RULE = {
  descr: 'web to db [slash32:home:rule/1]',
  interface: 'opt1',
  action: 'pass',
  direction: 'in',
  ipprotocol: 'inet',
  protocol: 'TCP',
  source_net: 's32_web',
  source_not: false,
  source_port: '',
  destination_net: '10.10.1.12',
  destination_not: false,
  destination_port: '5432',
  icmptype: '',
  log: false,
  quick: true,
  enabled: true,
  sequence: 1000,
};

describe('an apply with aliases and rules', () => {
  let box: StandIn;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn();
  });
  afterEach(() => box?.stop());

  const stamps = () => [...read(box, 'conf/config.xml').matchAll(/persisted_at="([\d.]+)"/g)].map((found) => found[1]);

  test('loads aliases before the rules that name them, and DHCP after both; so does its rollback', async () => {
    const order = [
      'template reload OPNsense/Filter',
      'filter refresh_aliases',
      'filter reload skip_alias',
      'dns reload',
      'dhcpd restart',
      'interface neighbor configure',
    ];
    const token = newToken();
    services(box, true);
    expect(await apply(box, { seconds: 60, token, more: { aliases: [ALIAS], rules: [RULE] } })).toMatchObject({
      result: 'applied',
      changed: { aliases: 1, rules: 1 },
    });
    expect(services(box, true)).toEqual(order);
    expect(await post(box, 'rollback', { owner: 'home', token })).toMatchObject({ result: 'rolled_back', left: [] });
    expect(services(box)).toEqual(order);
    expect(read(box, 'conf/config.xml')).not.toContain('s32_web');
  });

  test('touches DHCP not at all when only aliases changed', async () => {
    await apply(box, { reservations: [], more: { aliases: [ALIAS] } });
    expect(services(box).slice(-2)).toEqual(['template reload OPNsense/Filter', 'filter refresh_aliases']);
  });

  test('renews the stamp by which OPNsense knows that its cached models are old, and so does its rollback', async () => {
    const token = newToken();
    await apply(box, { seconds: 60, token, more: { aliases: [ALIAS], rules: [RULE] } });
    const applied = stamps();
    expect(applied.length).toBeGreaterThanOrEqual(2);
    await pause(50);
    await post(box, 'rollback', { owner: 'home', token });
    const undone = stamps();
    expect(undone).toHaveLength(applied.length);
    for (const [at, stamp] of undone.entries()) expect(Number(stamp)).toBeGreaterThan(Number(applied[at]));
  });
});
