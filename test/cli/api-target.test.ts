import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { childOf, node } from '../../src/sim/opnsense/node.js';
import { createSimUser } from '../../src/sim/opnsense/users.js';
import { addCarp } from '../support/carp.js';
import { apiScene, FULL, folderText, writeApiConfig } from './api-scene.js';
import { listed, macOf, slash32 } from './harness.js';

const WRITE = '/xmlrpc.php';
const INSTANCES = [listed('web'), listed('db'), listed('cache')];

describe('plan and apply over the API of a stock firewall', () => {
  it('go from nothing to the full state, give every instance its /32, and then find nothing to do', async () => {
    const scene = await apiScene(INSTANCES);
    await writeApiConfig(scene, { manage: FULL });

    expect((await slash32(['plan'], scene)).code).toBe(2);
    const apply = await slash32(['apply', '--yes'], scene);
    expect(apply.code).toBe(0);

    for (const name of ['web', 'db', 'cache'])
      expect(scene.firewall.leaseFor(macOf(`default/${name}`))).toMatchObject({
        mask: '255.255.255.255',
        router: '10.10.3.1',
        reachable: true,
      });
    expect(scene.firewall.leaseFor('00:00:5e:00:53:99', 'opt3')).toBeUndefined();
    expect((await slash32(['plan'], scene)).code).toBe(0);
  });

  it('make as few calls for 60 instances as for 3: six for a plan, fourteen for an apply, one write, one restart', async () => {
    for (const count of [3, 60]) {
      const scene = await apiScene(Array.from({ length: count }, (_, index) => listed(`i${index}`)));
      await writeApiConfig(scene, { manage: FULL });
      await slash32(['plan'], scene);
      expect(scene.firewall.log.length).toBeLessThanOrEqual(6);

      scene.firewall.clearLog();
      const before = await backups(scene.cwd);
      await slash32(['apply', '--yes'], scene);
      expect(scene.firewall.log.length).toBeLessThanOrEqual(14);
      expect(scene.firewall.log.filter((request) => request.path.includes('/service/restart'))).toHaveLength(1);
      expect((await backups(scene.cwd)) - before).toBe(1);
    }
  });

  it('go unmanaged, managed and unmanaged again, with every foreign entry and setting as it was', async () => {
    const scene = await apiScene(INSTANCES);
    const dhcpd = () => /<dhcpd>[\s\S]*<\/dhcpd>/.exec(scene.firewall.configText())?.[0];
    const before = dhcpd();
    await writeApiConfig(scene, { manage: FULL });

    expect((await slash32(['apply', '--yes'], scene)).code).toBe(0);
    expect(dhcpd()).not.toBe(before);
    expect((await slash32(['release', '--all', '--remove', '--yes'], scene)).code).toBe(0);

    // An empty list of options and none at all are the same to OPNsense.
    const content = (xml: string | undefined) => xml?.replace(/\s+|<numberoptions\/>/g, '');
    expect(content(dhcpd())).toBe(content(before));
  });

  it('plan again and apply the same when somebody else saved something unrelated in between', async () => {
    const scene = await apiScene(INSTANCES);
    scene.firewall.concurrentSave({
      when: 'over-write',
      edit: (root) => void childOf(root, 'widgets')?.children.push(node('column', '2')),
    });

    const ran = await slash32(['apply', '--yes'], scene);

    expect(ran.code).toBe(0);
    expect(scene.firewall.leaseFor(macOf('default/web'))).toBeDefined();
    expect(scene.firewall.configText()).toContain('<column>2</column>');
  });

  it('name the save of somebody else that the write may have lost', async () => {
    const scene = await apiScene(INSTANCES);
    scene.firewall.concurrentSave({
      when: 'during-write',
      username: 'anna@192.168.1.9',
      description: '/firewall_rules.php made changes',
      edit: (root) => void childOf(root, 'widgets')?.children.push(node('column', '2')),
    });

    const ran = await slash32(['apply', '--yes'], scene);

    expect(ran.code).toBe(0);
    expect(ran.out).toContain('anna@192.168.1.9');
    expect(ran.out).toContain('/firewall_rules.php made changes');
  });

  it('say so after three lost updates, and leave the next run to put it right', async () => {
    const scene = await apiScene(INSTANCES);
    let left = 3;
    const saveAgain = (): void => {
      left -= 1;
      if (left >= 0) scene.firewall.concurrentSave({ when: 'over-write', edit: saveAgain });
    };
    saveAgain();

    const ran = await slash32(['apply', '--yes'], scene);

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('S32_LOST_UPDATE');
    expect((await slash32(['apply', '--yes'], scene)).code).toBe(0);
    expect((await slash32(['plan'], scene)).code).toBe(0);
  });

  it('finish an apply that was cut short between the write and the restart', async () => {
    const scene = await apiScene(INSTANCES);
    await writeApiConfig(scene, { manage: FULL });
    scene.firewall.failNext({ path: '/api/dhcpv4/service/restart', kind: 'reset' });

    const cut = await slash32(['apply', '--yes'], scene);
    expect(cut.code).toBe(5);
    expect(cut.err).toMatch(/written|saved/);
    const plan = await slash32(['plan'], scene);
    expect(plan.code).toBe(2);
    expect(plan.out).toContain('cut short');

    expect((await slash32(['apply', '--yes'], scene)).code).toBe(0);
    expect((await slash32(['plan'], scene)).code).toBe(0);
    expect(scene.firewall.leaseFor(macOf('default/web'))?.reachable).toBe(true);
  });
});

describe('a firewall that misbehaves', () => {
  const reads = ['/xmlrpc.php', '/api/core/backup/backups', '/api/core/backup/download', '/api/interfaces/overview'];

  it.each(
    reads.flatMap((path) =>
      (['html', 'reset', 'cut', 401, 403, 500, 302] as const).map((kind) => [path, kind] as const),
    ),
  )(
    'answering %s with %s is an error with a code, or at worst a plan without that, and nothing is lost',
    async (path, kind) => {
      const scene = await apiScene(INSTANCES);
      const before = scene.firewall.configText();
      scene.firewall.failNext({ path, kind, times: 1 });

      const ran = await slash32(['plan'], scene);

      const permitted = path === WRITE && kind === 403 ? [1, 2] : [1];
      expect(permitted).toContain(ran.code);
      if (ran.code === 1) expect(ran.err).toMatch(/^error S32_/);
      expect(scene.firewall.configText()).toBe(before);
    },
  );

  it.each(['html', 'reset', 'cut', 401, 403, 500, 502] as const)(
    'answering the write with %s leaves a clear word and a next run that converges',
    async (kind) => {
      const scene = await apiScene(INSTANCES);
      scene.firewall.failNext({ path: WRITE, kind, skip: 1 });

      const ran = await slash32(['apply', '--yes'], scene);

      expect(ran.code === 0 || /^error S32_/m.test(ran.err)).toBe(true);
      expect((await slash32(['apply', '--yes'], scene)).code).toBe(0);
      expect((await slash32(['plan'], scene)).code).toBe(0);
      expect(scene.firewall.dhcpd().running).toBe(true);
    },
  );

  it('of an older version is refused, and of a newer one is planned but not written', async () => {
    const old = await apiScene(INSTANCES, { version: '25.1.12' });
    const fresh = await apiScene(INSTANCES, { version: '27.1' });

    const refused = await slash32(['plan'], old);
    const planned = await slash32(['plan'], fresh);
    const unwritten = await slash32(['apply', '--yes'], fresh);
    await writeApiConfig(fresh, { opnsense: ', allow_untested_version: true' });
    const allowed = await slash32(['apply', '--yes'], fresh);

    expect([refused.code, planned.code, unwritten.code, allowed.code]).toEqual([1, 2, 1, 0]);
    expect(refused.err).toContain('S32_OPNSENSE_VERSION_OLD');
    expect(unwritten.err).toContain('S32_OPNSENSE_VERSION_UNTESTED');
  });

  it('without os-isc-dhcp says what to install', async () => {
    const scene = await apiScene(INSTANCES, { iscInstalled: false });

    const ran = await slash32(['plan'], scene);

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('os-isc-dhcp');
  });

  it('lets a key that may only read make a plan, and refuses its apply by the missing privilege', async () => {
    const reader = createSimUser('reader', [
      'page-diagnostics-configurationhistory',
      'page-status-interfaces',
      'page-diagnostics-arptable',
    ]);
    const scene = await apiScene(INSTANCES, { users: [reader] });
    const before = scene.firewall.configText();

    const plan = await slash32(['plan'], scene);
    const apply = await slash32(['apply', '--yes'], scene);

    expect([plan.code, apply.code]).toEqual([2, 1]);
    expect(apply.err).toContain('page-xmlrpclibrary');
    expect(scene.firewall.configText()).toBe(before);
  });

  it('whose dhcpd does not come back gets its previous state back', async () => {
    const scene = await apiScene(INSTANCES);
    const before = /<opt3>[\s\S]*<\/opt3>/g.exec(scene.firewall.configText())?.[0];
    scene.firewall.breakDhcpd(true);

    const ran = await slash32(['apply', '--yes'], scene);

    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/S32_DHCP_DOWN|S32_PARTIAL/);
    expect(/<opt3>[\s\S]*<\/opt3>/g.exec(scene.firewall.configText())?.[0]?.replace(/\s+/g, '')).toBe(
      before?.replace(/\s+/g, ''),
    );
  });
});

describe('secrets', () => {
  it('of the firewall and of the API key appear in no output and in no file', async () => {
    const scene = await apiScene(INSTANCES);
    const planted = [
      ...scene.firewall
        .configText()
        .matchAll(
          /<(?:password|prv|psk|privkey|secret|apikeys|authorizedkeys|otp_seed|crypto_key|pre-shared-key)>([^<]{8,})</g,
        ),
    ].map((match) => match[1] ?? '');
    expect(planted.length).toBeGreaterThan(3);
    const [user] = scene.firewall.users;
    const basic = Buffer.from(`${user?.key}:${user?.secret}`).toString('base64');

    const runs = [
      await slash32(['plan', '--json', '--out', 'plan.json', '--verbose'], scene),
      await slash32(['plan', '--format', 'markdown'], scene),
      await slash32(['apply', '--yes', '--verbose'], scene),
    ];
    scene.firewall.failNext({ path: '/api/core/backup/download', kind: 500 });
    runs.push(await slash32(['plan', '--json'], scene));
    scene.firewall.failNext({ path: WRITE, kind: 'half' });
    runs.push(await slash32(['apply', '--yes'], scene));

    const printed =
      runs.map((ran) => ran.out + ran.err).join('\n') + (await folderText(scene.cwd, ['opnsense/', 'apikey.txt']));
    for (const secret of [...planted, user?.key ?? '', user?.secret ?? '', basic])
      expect(printed).not.toContain(secret);
    expect(await readFile(join(scene.cwd, 'apikey.txt'), 'utf8')).toContain(user?.secret);
  });
});

describe('taking over a firewall that is in use', () => {
  it('starts on Friday with 80 static maps and live leases, and still has a network on Monday', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `app-${index}`);
    const scene = await apiScene(
      names.map((name) => listed(name)),
      {
        segments: [{ id: 'opt3', description: 'servers', address: '10.10.3.1', foreign: 80 }],
      },
    );
    const adopted = names.slice(0, 10);
    scene.firewall.save((root) => {
      const maps =
        childOf(childOf(root, 'dhcpd') ?? root, 'opt3')?.children.filter((child) => child.name === 'staticmap') ?? [];
      for (const [index, name] of adopted.entries()) {
        const mac = childOf(maps[index] ?? root, 'mac');
        if (mac) Object.assign(mac, { text: macOf(`default/${name}`) });
      }
    });
    const maps = (): string[] => scene.firewall.configText().match(/<staticmap>[\s\S]*?<\/staticmap>/g) ?? [];
    const foreign = maps();
    const laptop = { interface: 'opt3', address: '10.10.3.215', mac: '00:00:5e:00:53:15', hostname: 'laptop' };
    scene.firewall.setLeases([laptop]);

    const first = await slash32(['apply', '--yes'], scene);
    expect(first.code).toBe(0);
    expect(first.out).toContain('10 NICs have reservations that slash32 does not own');
    expect(foreign.every((map) => maps().includes(map))).toBe(true);
    expect(maps()).toHaveLength(100);
    expect(scene.firewall.leaseFor(laptop.mac, 'opt3')).toBeDefined();

    expect((await slash32(['apply', '--yes', '--adopt'], scene)).code).toBe(0);
    expect(maps().filter((map) => map.includes('slash32:home'))).toHaveLength(30);
    expect(foreign.slice(10).every((map) => maps().includes(map))).toBe(true);

    await writeApiConfig(scene, { manage: '[reservations, mask, deny_unknown]' });
    const step = await slash32(['plan'], scene);
    expect(step.out).toContain('10.10.3.215 laptop');
    expect((await slash32(['apply', '--yes'], scene)).code).toBe(0);

    await writeApiConfig(scene, { manage: FULL, extra: 'protect: [10.10.3.10]' });
    const guarded = await slash32(['apply', '--yes', '--force', '--accept-lockout-risk'], scene);
    expect(guarded.code).toBe(3);
    expect(guarded.out).toContain('10.10.3.10 (in protect)');

    await writeApiConfig(scene, { manage: FULL });
    scene.firewall.setArp([{ device: 'vtnet2', address: '10.10.3.9', mac: '00:00:5e:00:53:09', permanent: false }]);
    const arp = await slash32(['plan'], scene);
    expect(arp.out).toContain('10.10.3.9 00:00:5e:00:53:09');

    expect((await slash32(['release', '--all', '--remove', '--yes'], scene)).code).toBe(0);
    expect(maps()).toHaveLength(80);
    expect(scene.firewall.leaseFor(laptop.mac, 'opt3')).toBeDefined();
    expect(scene.firewall.dhcpd().running).toBe(true);
  });
});

async function backups(cwd: string): Promise<number> {
  return (await readdir(join(cwd, 'opnsense', 'backup'))).length;
}

describe('a release on the backup node of a pair', () => {
  it('writes nothing there, and still knows afterwards what the settings were', async () => {
    const scene = await apiScene([listed('web')]);
    await writeApiConfig(scene, { manage: '[reservations, mask]' });
    expect((await slash32(['apply', '--yes'], scene)).code).toBe(0);
    scene.firewall.save((root) => addCarp(root, 'lan', '192.168.1.254'));
    scene.firewall.setCarp('192.168.1.254', 'BACKUP');
    const state = join(scene.cwd, 'slash32.state.json');
    const before = JSON.parse(await readFile(state, 'utf8'));

    const ran = await slash32(['release', '--all', '--remove', '--yes'], scene);

    expect(ran.out + ran.err).toContain('backup');
    expect(ran.code).not.toBe(0);
    expect(scene.firewall.configText()).toContain('default/web');
    expect(before.originals).not.toEqual([]);
    expect(JSON.parse(await readFile(state, 'utf8')).originals).toEqual(before.originals);
  });
});
