import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type CommandResult, run } from '../../support/command.js';

/**
 * A private world: mounts, network, processes, host name. Its process 1 reads a pipe that this Node process holds; when Node
 * ends in any way (also SIGKILL), the pipe closes, process 1 ends, and the kernel ends everything inside and drops every
 * namespace. Nothing is left to clean up by hand.
 */
export interface Namespaces {
  /** Runs a shell script (`sh -eu`) in the network namespace of that name (`switch` = the bridges' own) to its end. */
  readonly exec: (netns: string, script: string, timeoutMs?: number) => Promise<CommandResult>;
  /** As `exec`, but rejects with the output unless the script ends with exit code 0. Resolves to its standard output. */
  readonly execOk: (netns: string, script: string, timeoutMs?: number) => Promise<string>;
  /** Starts a long-running program there; it ends with the world at the latest. */
  readonly start: (netns: string, command: readonly string[]) => ChildProcess;
  /** Makes a network namespace without any netfilter on bridges and with its loopback up. */
  readonly addNetns: (name: string) => Promise<void>;
  /** Ends all processes inside and drops the namespaces. A second call does nothing. */
  readonly close: () => Promise<void>;
}

/** The network namespace that holds the bridges. */
export const SWITCH = 'switch';

/**
 * /etc is a small copy with a resolv.conf of its own, /run and the lease directory are empty and in memory: DHCP clients write
 * to all three. The usual paths stay, because AppArmor lets dhcpd and dhclient use no others.
 */
const SETUP = `
set -eu
read -r host_pid rest < /proc/self/stat
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/netns /run/etc
for name in passwd group nsswitch.conf protocols services ld.so.cache ld.so.conf ld.so.conf.d alternatives iproute2 dhcp udhcpc; do
  [ ! -e "/etc/$name" ] || cp -a "/etc/$name" /run/etc/
done
echo '# written by clients of the lab' > /run/etc/resolv.conf
echo '127.0.0.1 localhost' > /run/etc/hosts
: > /run/etc/fstab
mount --bind /run/etc /etc
mkdir -p /var/lib/dhcp
mount -t tmpfs -o mode=755 tmpfs /var/lib/dhcp
hostname lab
ip link set lo up
for knob in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e "$knob" ] || echo 0 > "$knob"; done
echo "ready $host_pid"
exec cat > /dev/null
`;

/** Debian keeps dhcpd, ip and bridge in directories that the PATH of a plain user may lack. */
const ENV = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin` };

const UNSHARE = ['--mount', '--net', '--pid', '--uts', '--ipc', '--fork', '--kill-child', '--propagation', 'private'];

/** Every right and every kernel part that the lab uses, tried once in namespaces that are gone right after. */
const PROBE =
  'mount -t proc proc /proc && mount -t tmpfs tmpfs /run && ip link add br0 type bridge && ip link add v0 type veth';

/** Why this kernel or this container's root may not build the lab, in the system's words; undefined when it may. */
export function namespacesRefusal(): string | undefined {
  const { status, stderr } = spawnSync('unshare', [...UNSHARE, 'sh', '-c', PROBE], { env: ENV, encoding: 'utf8' });
  return status === 0 ? undefined : `namespaces, bridges or veths are not allowed here: ${stderr.trim()}`;
}

/** Opens the private world. Needs root. @throws Error with the system's words when the kernel refuses a part of it. */
export async function openNamespaces(): Promise<Namespaces> {
  const holder = spawn('unshare', [...UNSHARE, 'sh', '-c', SETUP], { stdio: ['pipe', 'pipe', 'pipe'], env: ENV });
  const pid = await firstPid(holder);
  const exec: Namespaces['exec'] = (netns, script, timeoutMs = 20_000) =>
    run('nsenter', [...enterArguments(pid, netns), 'sh', '-euc', script], { timeoutMs, env: ENV });
  const execOk: Namespaces['execOk'] = async (netns, script, timeoutMs) => {
    const result = await exec(netns, script, timeoutMs);
    if (result.code !== 0) {
      throw new Error(`in ${netns}: exit ${result.code}\n${script}\n${result.stdout}${result.stderr}`);
    }
    return result.stdout;
  };
  return {
    exec,
    execOk,
    start: (netns, command) =>
      spawn('nsenter', [...enterArguments(pid, netns), ...command], { stdio: ['ignore', 'pipe', 'pipe'], env: ENV }),
    addNetns: async (name) => {
      await execOk(SWITCH, `ip netns add ${name}`);
      await execOk(
        name,
        'ip link set lo up; for knob in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e "$knob" ] || echo 0 > "$knob"; done',
      );
    },
    close: () => closeHolder(holder),
  };
}

function enterArguments(pid: number, netns: string): string[] {
  const net = netns === SWITCH ? `/proc/${pid}/ns/net` : `/proc/${pid}/root/run/netns/${netns}`;
  return ['--target', String(pid), '--mount', '--pid', '--uts', '--ipc', `--net=${net}`, '--'];
}

async function firstPid(holder: ChildProcess): Promise<number> {
  const { stdout, stderr } = holder;
  if (stdout === null || stderr === null) {
    throw new Error('the lab could not start unshare');
  }
  let errors = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const failed = new Promise<never>((_, reject) => {
    holder.once('error', reject);
    holder.once('close', (code) =>
      reject(new Error(`the lab's namespaces could not be made: exit ${code}\n${errors}`)),
    );
  });
  // After the start, the end of the holder is the normal teardown and nobody waits for this promise any more.
  failed.catch(() => undefined);
  const [line] = (await Promise.race([once(createInterface(stdout), 'line'), failed])) as [string];
  return Number(line.replace('ready ', ''));
}

async function closeHolder(holder: ChildProcess): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) {
    return;
  }
  const ended = once(holder, 'close');
  holder.stdin?.end();
  await ended;
}
