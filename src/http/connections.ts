import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Connections that a server holds at once; a program has about a thousand files to open. */
export const MOST_CONNECTIONS = 500;

interface Held {
  readonly socket: Socket;
  readonly address: string;
}

/**
 * Keeps half-open and slow connections from keeping whole ones out: where a new one would be too many, the oldest one goes that has no
 * request under way, of the address that holds the most of them. Requests under way are never cut off.
 */
export function limitConnections(server: Server, most = MOST_CONNECTIONS): void {
  const held = new Map<string, Held>();
  const busy = new Map<string, number>();

  server.on('connection', (socket: Socket) => {
    const name = nameOf(socket);
    held.set(name, { socket, address: socket.remoteAddress ?? '' });
    socket.once('close', () => {
      if (held.get(name)?.socket === socket) held.delete(name);
    });
    if (held.size > most) (victim(held, busy) ?? socket).destroy();
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const name = nameOf(request.socket);
    busy.set(name, (busy.get(name) ?? 0) + 1);
    response.once('close', () => {
      const left = (busy.get(name) ?? 1) - 1;
      if (left === 0) busy.delete(name);
      else busy.set(name, left);
    });
  });
}

/** TLS puts a socket of its own around the one that came in; both know the other side by the same address and port. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? ''}`;
}

function victim(held: ReadonlyMap<string, Held>, busy: ReadonlyMap<string, number>): Socket | undefined {
  const idle = [...held].filter(([name]) => !busy.has(name)).map(([, one]) => one);
  const counts = new Map<string, number>();
  for (const { address } of idle) counts.set(address, (counts.get(address) ?? 0) + 1);
  const [worst] = [...counts].sort((one, other) => other[1] - one[1])[0] ?? [];
  return idle.find(({ address }) => address === worst)?.socket;
}
