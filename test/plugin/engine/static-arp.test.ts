import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import { applyBody, newToken, post, skipReason } from './support.js';

const reason = await skipReason();
const SAMPLE = readFileSync(
  join(dirname(fileURLToPath(import.meta.url)), '..', 'standin', 'sample-config.xml'),
  'utf8',
);

describe('an interface that had no DHCP settings before', () => {
  let box: StandIn;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn({ config: SAMPLE.replace(/<opt2>\s*<enable>1<\/enable>\s*<range>[\s\S]*?<\/opt2>/, '') });
  });
  afterEach(() => box?.stop());

  test('is taken out of static ARP mode when they go again, since OPNsense looks at it no more', async () => {
    const token = newToken();
    const settings = { enabled: true, range: { from: '10.20.0.254', to: '10.20.0.254' }, static_arp: true };
    const one = { mac: '10:66:6a:00:00:01', ipaddr: '10.20.0.20', hostname: 'web', arp: false };
    const descr = 'web [slash32:home:default/web/eth0:a2432d30]';
    const segments = [{ interface: 'opt2', settings, reservations: [{ ...one, descr }] }];
    const log = () => readFileSync(join(box.folder, 'log', 'services.log'), 'utf8').split('\n');

    expect(await post(box, 'apply', applyBody(box, { seconds: 60, token, more: { segments } }))).toMatchObject({
      result: 'applied',
    });
    expect(log()).not.toContain('/sbin/ifconfig em3 -staticarp');
    expect(await post(box, 'rollback', { owner: 'home', token })).toMatchObject({ result: 'rolled_back', left: [] });

    const after = log();
    expect(after).toContain('/sbin/ifconfig em3 -staticarp');
    expect(after.indexOf('/usr/sbin/arp -d -i em3 -a')).toBeGreaterThan(after.indexOf('/sbin/ifconfig em3 -staticarp'));
    expect(after.lastIndexOf('interface neighbor configure')).toBeGreaterThan(
      after.indexOf('/usr/sbin/arp -d -i em3 -a'),
    );
  });
});
