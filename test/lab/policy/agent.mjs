// One for each network namespace of the packet lab: `node agent.mjs SOCKET NAME ADDRESS,… PROTOCOL/PORT,…`. It answers with its
// name and the port (`web/443`) on all of these ports, and sends the probes that it is told over the socket: one JSON object a line, both ways.
// It ends with the socket.
import { execFile } from 'node:child_process';
import dgram from 'node:dgram';
import net from 'node:net';
import { createInterface } from 'node:readline';

const [path, name, addresses, ports] = process.argv.slice(2);

for (const [protocol, port] of ports.split(',').map((text) => text.split('/'))) {
  if (protocol === 'tcp') await listenTcp(Number(port));
  // An answer of UDP must come from the address that was asked, so each address has a socket of its own.
  else await Promise.all(addresses.split(',').map((address) => listenUdp(address, Number(port))));
}

const socket = net.connect(path);
socket.on('close', () => process.exit(0));
socket.write(`${JSON.stringify({ name })}\n`);
createInterface(socket).on('line', async (line) => {
  const { id, probes, timeoutMs } = JSON.parse(line);
  const answers = await Promise.all(probes.map((probe) => send(probe, timeoutMs)));
  socket.write(`${JSON.stringify({ id, answers })}\n`);
});

function listenTcp(port) {
  const server = net.createServer((peer) => {
    peer.on('error', () => peer.destroy());
    peer.end(`${name}/${port}`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '0.0.0.0', backlog: 500 }, resolve);
  });
}

function listenUdp(address, port) {
  const server = dgram.createSocket('udp4');
  server.on('message', (_, peer) => server.send(`${name}/${port}`, peer.port, peer.address, () => undefined));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.bind(port, address, resolve);
  });
}

// Who answered, or null when nobody did. A ping does not tell who.
function send(probe, timeoutMs) {
  if (probe.protocol === 'icmp') return sendPing(probe, timeoutMs);
  return probe.protocol === 'tcp' ? sendTcp(probe, timeoutMs) : sendUdp(probe, timeoutMs);
}

function sendTcp({ from, to, port }, timeoutMs) {
  return new Promise((resolve) => {
    const client = net.connect({ host: to, port, localAddress: from });
    const finish = (answer) => {
      clearTimeout(timer);
      client.destroy();
      resolve(answer);
    };
    const timer = setTimeout(finish, timeoutMs, null);
    client.on('data', (data) => finish(data.toString()));
    client.on('error', () => finish(null));
    client.on('end', () => finish(null));
  });
}

function sendUdp({ from, to, port }, timeoutMs) {
  return new Promise((resolve) => {
    const client = dgram.createSocket('udp4');
    const finish = (answer) => {
      clearTimeout(timer);
      client.close();
      resolve(answer);
    };
    const timer = setTimeout(finish, timeoutMs, null);
    client.on('error', () => undefined);
    client.on('message', (data, peer) => {
      if (peer.address === to && peer.port === port) finish(data.toString());
    });
    client.bind(0, from, () => client.send('probe', port, to, () => undefined));
  });
}

function sendPing({ from, to }, timeoutMs) {
  const args = ['-n', '-q', '-c', '1', '-W', String(timeoutMs / 1000), '-I', from, to];
  return new Promise((resolve) => {
    execFile('ping', args, (error) => resolve(error === null ? '' : null));
  });
}
