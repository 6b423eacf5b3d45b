import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IncusServerConfig } from '../../../src/inventory/incus/config.js';
import { enrol } from '../../../src/inventory/incus/enrol.js';
import { createFileSource } from '../../../src/inventory/incus/file-source.js';
import { createIncusSource } from '../../../src/inventory/incus/inventory.js';
import type { Inventory } from '../../../src/model/instance.js';
import { createRedactor } from '../../../src/secrets/redactor.js';
import { labSkipReason, refuseSkip } from '../require-lab.js';
import { type IncusLab, LAB_PROGRAMS, startLab } from './lab.js';

const skipReason = labSkipReason([...LAB_PROGRAMS]);
const signal = new AbortController().signal;
const now = () => new Date();

async function readFrom(config: IncusServerConfig): Promise<Inventory> {
  const deps = { readSecret: (path: string) => readFile(path, 'utf8'), now };
  return await createIncusSource(config, deps).read(signal, () => undefined);
}

function viewsOf(inventory: Inventory): Record<string, string> {
  return Object.fromEntries(
    inventory.projects.map((view) => [view.name, view.complete ? 'complete' : (view.reason ?? '')]),
  );
}

function find(inventory: Inventory, project: string, name: string) {
  const instance = inventory.instances.find((entry) => entry.project === project && entry.name === name);
  if (!instance) throw new Error(`${project}/${name} is not in the inventory`);
  return instance;
}

describe('real Incus', () => {
  let lab: IncusLab;
  let directory: string;
  let obstacle = skipReason;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 's32-'));
    if (obstacle !== undefined) return;
    try {
      lab = await startLab();
    } catch (error) {
      obstacle = refuseSkip(`the lab did not come up: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    await lab.run('sh', '-ec', SETUP);
  });

  beforeEach(({ skip }) => skip(obstacle !== undefined, obstacle));

  afterAll(async () => {
    await (lab as IncusLab | undefined)?.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function readSocket(projects?: readonly string[]): Promise<Inventory> {
    return await readFrom({ via: 'socket', path: lab.socket, projects });
  }

  async function tokenOf(name: string, ...options: readonly string[]): Promise<string> {
    return (
      (await lab.run('incus', 'config', 'trust', 'add', name, '--quiet', ...options)).trim().split('\n').at(-1) ?? ''
    );
  }

  async function enrolAs(name: string, token: string) {
    const files = { certFile: join(directory, `${name}.crt`), keyFile: join(directory, `${name}.key`) };
    const request = { token, name, addresses: [lab.url], ...files };
    return await enrol(request, { redactor: createRedactor(), now }, signal, () => undefined);
  }

  describe('over the socket of root', () => {
    it('every project is complete, empty ones too', async () => {
      const inventory = await readSocket();
      expect(viewsOf(inventory)).toEqual({ default: 'complete', shop: 'complete', empty: 'complete' });
      expect(inventory.allProjects).toBe(true);
    });

    it('a declared project that does not exist is incomplete', async () => {
      expect(viewsOf(await readSocket(['shop', 'nope']))).toEqual({
        shop: 'complete',
        nope: expect.stringContaining('"nope"'),
      });
    });

    it('instances of every state are there, also one that never ran', async () => {
      const inventory = await readSocket();
      expect(find(inventory, 'default', 'running').status).toBe('running');
      expect(find(inventory, 'default', 'stopped').status).toBe('stopped');
      expect(find(inventory, 'default', 'frozen').status).toBe('frozen');
      expect(find(inventory, 'default', 'never').status).toBe('stopped');
      expect(find(inventory, 'default', 'never').nics[0]?.mac).toMatch(/^10:66:6a:/);
    });

    it('two projects may have an instance of the same name', async () => {
      const inventory = await readSocket();
      const [left, right] = [find(inventory, 'default', 'never'), find(inventory, 'shop', 'never')];
      expect(left.uuid).not.toBe(right.uuid);
      expect(left.nics[0]?.mac).not.toBe(right.nics[0]?.mac);
    });

    it('every form of NIC is what `incus config show --expanded` says', async () => {
      const inventory = await readSocket();
      const nics = (name: string) =>
        find(inventory, 'default', name).nics.map((nic) => `${nic.name} ${nic.network} ${nic.isolated}`);
      expect(nics('running')).toEqual(['eth0 dmz true']);
      expect(nics('two-nics').sort()).toEqual(['eth0 dmz true', 'eth1 edge false']);
      expect(nics('parent')).toEqual(['eth0 dmz false']);
      expect(nics('hidden')).toEqual([]);
      expect(find(inventory, 'default', 'override').nics[0]?.mac).toBe('10:66:6a:aa:bb:01');
    });

    it('keys of profiles and of instances are read', async () => {
      const inventory = await readSocket();
      expect(find(inventory, 'default', 'pinned')).toMatchObject({ pinnedAddress: '10.10.1.77', ignored: false });
      expect(find(inventory, 'shop', 'never').ignored).toBe(true);
    });

    it('every MAC is the one that the interface inside has', async () => {
      const inventory = await readSocket();
      const inside = await lab.run(
        'incus',
        'exec',
        'running',
        '--',
        '/bin/busybox',
        'cat',
        '/sys/class/net/eth0/address',
      );
      expect(find(inventory, 'default', 'running').nics[0]?.mac).toBe(inside.trim());
    });

    it('a rename keeps uuid and MAC; a copy has new ones', async () => {
      const before = find(await readSocket(), 'default', 'stopped');
      await lab.run('incus', 'rename', 'stopped', 'renamed');
      await lab.run('incus', 'copy', 'renamed', 'copied');
      const inventory = await readSocket();
      await lab.run('incus', 'delete', 'copied');
      await lab.run('incus', 'rename', 'renamed', 'stopped');
      expect(find(inventory, 'default', 'renamed')).toMatchObject({ uuid: before.uuid, nics: before.nics });
      const copied = find(inventory, 'default', 'copied');
      expect(copied.uuid).not.toBe(before.uuid);
      expect(copied.nics[0]?.mac).not.toBe(before.nics[0]?.mac);
    });

    it('a move to another project keeps uuid and MAC', async () => {
      await lab.run('incus', 'init', '-q', 'tiny', 'mover', '-p', 'isolated');
      const before = find(await readSocket(), 'default', 'mover');
      await lab.run('incus', 'move', 'mover', 'mover', '--target-project', 'shop', '-p', 'default');
      const after = find(await readSocket(), 'shop', 'mover');
      await lab.run('incus', 'delete', 'mover', '--project', 'shop');
      expect(after.uuid).toBe(before.uuid);
    });

    it('the output of incus list as a file gives the same instances', async () => {
      const text = await lab.run('incus', 'list', '--all-projects', '--format', 'json');
      const source = createFileSource({ path: '-', complete: true }, { stdin: Readable.from([text]) });
      const fromFile = await source.read(signal, () => undefined);
      const byName = (left: { project: string; name: string }, right: { project: string; name: string }) =>
        `${left.project}/${left.name}`.localeCompare(`${right.project}/${right.name}`);
      const live = await readSocket();
      expect([...fromFile.instances].sort(byName)).toEqual([...live.instances].sort(byName));
    });
  });

  describe('over HTTPS', () => {
    it('enrols by a real trust token, pins, and reads everything', async () => {
      const enrolled = await enrolAs('full', await tokenOf('full'));
      expect(enrolled.access.scope).toBe('all');
      const { url, certFile, keyFile, fingerprint } = enrolled;
      const inventory = await readFrom({ via: 'https', url, certFile, keyFile, fingerprint, projects: undefined });
      expect(viewsOf(inventory)).toEqual({ default: 'complete', shop: 'complete', empty: 'complete' });
      expect(inventory.instances).toEqual((await readSocket()).instances);
      const store = JSON.parse(await lab.run('incus', 'config', 'trust', 'list', '--format', 'json'));
      expect(store.map((entry: { fingerprint: string }) => entry.fingerprint)).toContain(enrolled.clientFingerprint);
    });

    it('keeps no key of a token with --projects and without --restricted, which would be almighty', async () => {
      const token = await tokenOf('wide', '--projects', 'shop');
      await expect(enrolAs('wide', token)).rejects.toMatchObject({
        code: 'S32_INCUS_TOKEN_UNRESTRICTED',
        message: expect.stringContaining('shop'),
      });
    });

    it('a token works once', async () => {
      const token = await tokenOf('once');
      await enrolAs('once', token);
      await expect(enrolAs('twice', token)).rejects.toMatchObject({ code: 'S32_INCUS_TOKEN_SPENT' });
    });

    it('another fingerprint stops before anything is sent', async () => {
      const { url, certFile, keyFile } = await enrolAs('pin', await tokenOf('pin'));
      const config = {
        via: 'https',
        url,
        certFile,
        keyFile,
        fingerprint: 'ab'.repeat(32),
        projects: undefined,
      } as const;
      await expect(readFrom(config)).rejects.toMatchObject({ code: 'S32_INCUS_FINGERPRINT' });
    });

    it('a restricted certificate is complete for its declared projects alone', async () => {
      const enrolled = await enrolAs('narrow', await tokenOf('narrow', '--restricted', '--projects', 'shop,empty'));
      expect(enrolled.access).toMatchObject({ scope: 'projects', projects: ['empty', 'shop'] });
      const { url, certFile, keyFile, fingerprint } = enrolled;
      const config = { via: 'https', url, certFile, keyFile, fingerprint } as const;
      const undeclared = await readFrom({ ...config, projects: undefined });
      expect(undeclared.projects.map((view) => view.complete)).toEqual([false, false]);
      const declared = await readFrom({ ...config, projects: ['shop', 'empty', 'default'] });
      expect(viewsOf(declared)).toEqual({
        shop: 'complete',
        empty: 'complete',
        default: expect.stringContaining('hidden'),
      });
      expect(find(declared, 'shop', 'never').nics[0]).toMatchObject({ network: 'dmz', mac: expect.any(String) });
    });

    it('a certificate that was revoked is an error, not an empty list', async () => {
      const { url, certFile, keyFile, fingerprint, clientFingerprint } = await enrolAs('gone', await tokenOf('gone'));
      await lab.run('incus', 'config', 'trust', 'remove', clientFingerprint.slice(0, 12));
      const config = { via: 'https', url, certFile, keyFile, fingerprint, projects: undefined } as const;
      await expect(readFrom(config)).rejects.toMatchObject({ code: 'S32_INCUS_UNTRUSTED' });
    });
  });

  it('the socket of incus-user is a restricted view, even for root', async () => {
    await lab.run('sh', '-ec', START_INCUS_USER);
    const inventory = await readFrom({ via: 'socket', path: lab.userSocket, projects: undefined });
    expect(inventory.allProjects).toBe(false);
    expect(viewsOf(inventory)).toEqual({ 'user-0': expect.stringContaining('incus.projects') });
    expect(inventory.instances).toEqual([]);
  });
});

const SETUP = `
for network in dmz edge; do incus network create -q $network ipv4.address=none ipv6.address=none dns.mode=none; done
incus profile create -q isolated
incus profile device add -q isolated root disk path=/ pool=default
incus profile device add -q isolated eth0 nic network=dmz security.port_isolation=true
incus project create -q empty
incus project create -q shop -c features.images=false
incus profile device add -q default root disk path=/ pool=default --project shop
incus profile device add -q default eth0 nic network=dmz --project shop
incus profile set -q default user.slash32.ignore=yes --project shop
incus init -q tiny never --project shop
incus init -q tiny never -p isolated
incus launch -q tiny running -p isolated
incus launch -q tiny frozen -p isolated
incus pause -q frozen
incus launch -q tiny stopped -p isolated
incus stop -q -f stopped
incus init -q tiny two-nics -p isolated
incus config device add -q two-nics eth1 nic network=edge
incus init -q tiny parent -p default
incus config device add -q parent eth0 nic nictype=bridged parent=dmz
incus init -q tiny hidden -p isolated
incus config device add -q hidden eth0 none
incus init -q tiny override -p isolated
incus config device override -q override eth0 hwaddr=10:66:6a:aa:bb:01
incus init -q tiny pinned -p isolated -c user.slash32.ipv4=10.10.1.77
`;

const START_INCUS_USER = `
group=$(getent group incus | cut -d: -f1)
setsid /usr/libexec/incus/incus-user --group "$group" > /var/log/incus/user.log 2>&1 < /dev/null &
for i in $(seq 100); do [ -S /var/lib/incus/unix.socket.user ] && exit 0; sleep 0.1; done
exit 1
`;
