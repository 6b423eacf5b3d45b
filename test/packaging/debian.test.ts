import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSampleConfig } from '../../src/sim/opnsense/sample-config.js';
import { LAB_PROGRAMS } from '../lab/incus/lab.js';
import { labSkipReason } from '../lab/require-lab.js';
import { type CommandResult, run } from '../support/command.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const BUILD = join(HERE, '../../scripts/package-deb.js');
const BASE = join(HERE, '../lab/debian/root.sh');

const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/** The service as its unit would start it, without systemd: an ordinary user, files for both ends, told to end once it is ready. */
const SERVE = `
set -e
mkdir /tmp/served && cd /tmp/served && umask 077
cp /tmp/sample.xml config.xml
echo '[]' > instances.json
cat > slash32.yaml << 'Y'
version: 1
owner: home
incus: { file: instances.json, complete: true }
opnsense: { transport: file, path: config.xml }
segments: { servers: { interface: opt1 } }
Y
slash32 serve > served.log 2>&1 &
pid=$!
for _ in $(seq 600); do grep -q 'is ready' served.log && break; sleep 0.2; done
kill -TERM "$pid"
code=0
wait "$pid" || code=$?
cat served.log
exit "$code"
`;

const missing = labSkipReason([...LAB_PROGRAMS, 'dpkg-deb', 'chroot']);

describe('the Debian package in a Debian 13', () => {
  let folder = '';
  let root = '';
  let deb = '';

  beforeAll(async () => {
    if (missing !== undefined) return;
    folder = mkdtempSync(join(tmpdir(), 'slash32-deb-test-'));
    const [built, base] = await Promise.all([ok(process.execPath, [BUILD, '--out', folder]), ok('bash', [BASE])]);
    deb = /^(\S+\.deb):/m.exec(built.stdout)?.[1] ?? '';
    root = join(folder, 'root');
    await ok('cp', ['-a', '--reflink=auto', base.stdout.trim(), root]);
    cpSync(deb, join(root, 'tmp', basename(deb)));
    writeFileSync(join(root, 'tmp/sample.xml'), buildSampleConfig({ users: [] }));
  });

  afterAll(() => {
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  it('is installed, runs, is removed and purged, and nothing of it stays', async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const before = files(root);

    const installed = await inside(root, ['dpkg', '-i', `/tmp/${basename(deb)}`]);
    expect(installed.code, installed.stderr).toBe(0);
    expect((await inside(root, ['slash32', '--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await inside(root, ['slash32', 'plan'])).stderr).toContain('S32_CONFIG_UNREADABLE');
    const demo = await inside(root, ['slash32', 'demo'], AS_NOBODY);
    expect(demo.code, demo.stdout + demo.stderr).toBe(0);
    const plugin = await inside(root, ['slash32', 'plugin', 'install', '--json'], AS_NOBODY);
    expect(plugin.stdout, plugin.stderr).toContain('"path": "/usr/lib/slash32/dist/plugin/os-slash32-');
    const unit = await inside(root, [
      'systemd-analyze',
      'verify',
      '--man=no',
      '/usr/lib/systemd/system/slash32.service',
    ]);
    expect(unit.stdout + unit.stderr).toBe('');
    expect((await inside(root, ['dpkg', '--verify', 'slash32'])).stdout).toBe('');

    const served = await inside(root, ['sh', '-c', SERVE], AS_NOBODY);
    expect(served.stdout, served.stderr).toContain('slash32 is ready: home: servers');
    expect(served.code, served.stdout + served.stderr).toBe(0);

    expect((await inside(root, ['dpkg', '--remove', 'slash32'])).code).toBe(0);
    expect((await inside(root, ['dpkg', '--purge', 'slash32'])).code).toBe(0);
    expect(files(root)).toEqual(before);
  });

  it('has the same bytes each time it is built', async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const again = join(folder, 'again');
    await ok(process.execPath, [BUILD, '--out', again]);
    expect(readFileSync(join(again, basename(deb))).equals(readFileSync(deb))).toBe(true);
  });

  it('carries neither tests nor tools, and is not for root alone', async (ctx) => {
    if (missing !== undefined) return ctx.skip(missing);
    const list = (await ok('dpkg-deb', ['-c', deb])).stdout.trimEnd().split('\n');
    expect(list.filter((line) => /node_modules\/|\.ts$/.test(line))).toEqual([]);
    expect(list.filter((line) => !/^(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x|lrwxrwxrwx) root\/root /.test(line))).toEqual([]);
  });
});

/** Runs a command in the root, with its own /proc and nothing mounted afterwards. */
function inside(root: string, command: readonly string[], as: readonly string[] = []): Promise<CommandResult> {
  const script =
    'mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" && cd / && ip link set lo up && root=$1 && shift && exec chroot "$root" "$@"';
  return run('unshare', ['--mount', '--net', '--pid', '--fork', 'sh', '-c', script, 'sh', root, ...as, ...command], {
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/tmp', LC_ALL: 'C.UTF-8' },
  });
}

async function ok(command: string, args: readonly string[]): Promise<CommandResult> {
  const result = await run(command, args);
  if (result.code !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${result.code}\n${result.stdout}${result.stderr}`);
  return result;
}

/** Every path of the root but those that any package leaves its traces in. */
function files(root: string): string[] {
  const noisy = /^(proc|dev|sys|tmp|run)\/|^var\/(log|lib\/dpkg|cache)\//;
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !noisy.test(path) && existsSync(join(root, path)))
    .sort();
}
