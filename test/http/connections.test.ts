import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, it, onTestFinished } from 'vitest';
import { limitConnections } from '../../src/http/connections.js';
import { eventually, listening } from './rig.js';

async function rig(most: number) {
  const answers: (() => void)[] = [];
  const server = createServer((_request, response) => {
    answers.push(() => response.end('done'));
  });
  limitConnections(server, most);
  const port = await listening(server);
  return { port, answers };
}

/** A connection that says something, and what came back and whether it is open. */
function open(port: number, say = ''): { readonly socket: Socket; text: string; isOpen: boolean } {
  const socket = connect(port, '127.0.0.1');
  const one = { socket, text: '', isOpen: true };
  socket.on('data', (chunk) => {
    one.text += String(chunk);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    one.isOpen = false;
  });
  socket.write(say);
  onTestFinished(() => void socket.destroy());
  return one;
}

const WHOLE = 'GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n';

describe('connections that say nothing, or half of it', () => {
  it('never keep a whole request out', async () => {
    const { port, answers } = await rig(5);
    const slow: ReturnType<typeof open>[] = [];
    for (let n = 0; n < 5; n += 1) slow.push(open(port, n % 2 === 0 ? '' : 'GET / HT'));
    await eventually(() => slow.filter((one) => !one.socket.connecting).length).toBe(5);
    const whole = open(port, WHOLE);
    await eventually(() => answers.length).toBe(1);
    answers[0]?.();
    await eventually(() => whole.text).toContain('done');
    await eventually(() => slow.filter((one) => one.isOpen).length).toBe(4);
  });

  it('go, and requests under way stay', async () => {
    const { port, answers } = await rig(3);
    const whole = [open(port, WHOLE), open(port, WHOLE)];
    await eventually(() => answers.length).toBe(2);
    const idle = Array.from({ length: 6 }, () => open(port));
    await eventually(() => idle.filter((one) => one.isOpen).length).toBe(1);
    for (const answer of answers) answer();
    await eventually(() => whole.map((one) => one.text.endsWith('done')).join()).toContain('true,true');
  });
});
