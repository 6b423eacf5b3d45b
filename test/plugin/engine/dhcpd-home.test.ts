import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../standin/start.js';
import { apply, get, skipReason } from './support.js';

const reason = await skipReason();
let box: StandIn | undefined;
afterEach(() => box?.stop());

test('the first DHCP start on a firewall where ISC DHCP came after the boot finds its folders', async ({ skip }) => {
  skip(reason !== undefined, reason);
  box = await startStandIn();
  await get(box);
  rmSync(join(box.folder, 'var/dhcpd'), { recursive: true });

  expect(await apply(box)).toMatchObject({ result: 'applied', notes: [] });

  expect(existsSync(join(box.folder, 'var/dhcpd/var/run/dhcpd.pid'))).toBe(true);
  expect(existsSync(join(box.folder, 'var/dhcpd/usr/local/sbin'))).toBe(true);
});
