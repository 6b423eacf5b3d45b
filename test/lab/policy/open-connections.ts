import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Connection, ConnectionEnd } from '../../../src/model/connections.js';
import { openNamespaces, SWITCH } from '../dhcp/namespaces.js';

const TALKER = fileURLToPath(new URL('./talker.mjs', import.meta.url));

/** Two clients behind `ra`, a server behind `rb`, a router with nftables between them, and a TCP connection from each client. */
export interface ConnectionsRig {
  readonly load: (ruleset: string) => Promise<void>;
  /** Opens a connection from each of these addresses. */
  readonly open: (sources: readonly string[], server: ConnectionEnd) => Promise<void>;
  /** Says something on the connection from this address; whether an answer came. */
  readonly say: (from: string, timeoutMs: number) => Promise<boolean>;
  /** What the kernel of the router tracks, in the words of the model. */
  readonly list: () => Promise<Connection[]>;
  /** Ends one of those, by its ends. */
  readonly end: (connection: Connection, zone: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** @throws Error when a part cannot be built; nothing is left running. */
export async function startConnectionsRig(clients: readonly string[], server: string): Promise<ConnectionsRig> {
  const world = await openNamespaces();
  const folder = await mkdtemp(join(tmpdir(), 'slash32-lab-'));
  const meeting = createServer();
  let line: { readonly socket: Socket; readonly answers: Interface } | undefined;
  const stop = async (): Promise<void> => {
    line?.socket.destroy();
    meeting.close();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const name of ['router', 'clients', 'server']) await world.addNetns(name);
    await world.execOk('router', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    for (const [name, device, network, addresses] of [
      ['clients', 'ra', 1, clients],
      ['server', 'rb', 2, [server]],
    ] as const) {
      await world.execOk(SWITCH, `ip link add ${device} netns router type veth peer name eth0 netns ${name}`);
      await world.execOk('router', `ip addr add 10.10.${network}.1/24 dev ${device}; ip link set ${device} up`);
      for (const address of addresses) await world.execOk(name, `ip addr add ${address}/24 dev eth0`);
      await world.execOk(name, `ip link set eth0 up; ip route add default via 10.10.${network}.1`);
    }
    await new Promise<void>((resolve) => meeting.listen(join(folder, 'talker'), resolve));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stop,
    load: async (ruleset) => void (await world.execOk('router', `nft -f - <<'RULESET'\n${ruleset}RULESET`)),
    open: async (sources, { address, port }) => {
      world.start('server', [process.execPath, TALKER, 'serve', address, String(port)]);
      const arrived = once(meeting, 'connection');
      const words = ['talk', join(folder, 'talker'), address, String(port), sources.join(',')];
      world.start('clients', [process.execPath, TALKER, ...words]);
      const [socket] = (await arrived) as [Socket];
      line = { socket, answers: createInterface(socket) };
      await once(line.answers, 'line');
    },
    say: async (from, timeoutMs) => {
      if (line === undefined) throw new Error('nobody talks yet');
      const answer = once(line.answers, 'line');
      line.socket.write(`${JSON.stringify({ from, timeoutMs })}\n`);
      const [text] = (await answer) as [string];
      return (JSON.parse(text) as { answered: boolean }).answered;
    },
    list: async () =>
      (await world.execOk('router', 'conntrack -L -p tcp 2>/dev/null')).split('\n').flatMap(connectionOf),
    end: async ({ from, asked }, zone) => {
      const ends = `-s ${from.address} -d ${asked.address} --sport ${from.port} --dport ${asked.port}`;
      await world.execOk('router', `conntrack -D -p tcp -w ${zone} ${ends}`);
    },
  };
}

/** `tcp 6 431999 ESTABLISHED src=… dst=… sport=… dport=… src=… dst=… sport=… dport=… [ASSURED] …`: the way there, and the way back. */
function connectionOf(text: string): Connection[] {
  const fields = [...text.matchAll(/\b(src|dst|sport|dport)=(\S+)/g)].map(([, , value = '']) => value);
  if (fields.length < 8) return [];
  const [source = '', asked = '', sourcePort, askedPort, target = '', , targetPort] = fields;
  const end = (address: string, port: string | undefined): ConnectionEnd => ({ address, port: Number(port) });
  return [
    {
      id: fields.join(' '),
      direction: 'in',
      protocol: 'tcp',
      from: end(source, sourcePort),
      asked: end(asked, askedPort),
      to: end(target, targetPort),
    },
  ];
}
