// In a network namespace of the lab: `node talker.mjs serve ADDRESS PORT` answers each byte with the same one;
// `node talker.mjs talk SOCKET ADDRESS PORT SOURCE,…` opens a connection from each source and keeps it. Over the socket it is told
// `{"from", "timeoutMs"}`, says one thing on that connection, and tells whether an answer came.
import net from 'node:net';
import { createInterface } from 'node:readline';

const [verb, ...words] = process.argv.slice(2);
if (verb === 'serve') serve(...words);
else await talk(...words);

function serve(address, port) {
  const server = net.createServer((peer) => {
    peer.on('error', () => peer.destroy());
    peer.on('data', (data) => peer.write(data));
  });
  server.listen(Number(port), address);
}

async function talk(path, address, port, sources) {
  const open = new Map();
  for (const from of sources.split(',')) open.set(from, await connect(from, address, Number(port)));
  const socket = net.connect(path);
  socket.on('close', () => process.exit(0));
  socket.write('{"open":true}\n');
  createInterface(socket).on('line', async (line) => {
    const { from, timeoutMs } = JSON.parse(line);
    const answered = await say(open.get(from), timeoutMs);
    socket.write(`${JSON.stringify({ from, answered })}\n`);
  });
}

// The server may not listen yet.
function connect(from, host, port) {
  return new Promise((resolve) => {
    const client = net.connect({ host, port, localAddress: from });
    client.once('connect', () => resolve(client));
    client.once('error', () => setTimeout(() => resolve(connect(from, host, port)), 50));
  });
}

function say(client, timeoutMs) {
  return new Promise((resolve) => {
    const finish = (answered) => {
      clearTimeout(timer);
      client.off('data', hear);
      resolve(answered);
    };
    const hear = () => finish(true);
    const timer = setTimeout(finish, timeoutMs, false);
    client.on('data', hear);
    client.on('error', () => finish(false));
    client.write('?');
  });
}
