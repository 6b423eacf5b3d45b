import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import {
  harden,
  type Listening,
  listenSocket,
  listenTcp,
  readIdentity,
  refuseExposure,
} from '../../src/http/listen.js';
import { temporaryFolder } from '../cli/harness.js';
import { eventually } from './rig.js';

const HERE = { host: '127.0.0.1', port: 0 };
const IDENTITY = { cert: 'a certificate', key: 'a key' };

function hello(_request: IncomingMessage, response: import('node:http').ServerResponse): void {
  response.end('hello');
}

async function kept(listening: Promise<Listening>): Promise<Listening> {
  const one = await listening;
  onTestFinished(() => one.close());
  return one;
}

/** A self-signed certificate for this machine. */
async function certificate(name = 'one'): Promise<{ certFile: string; keyFile: string }> {
  const folder = await temporaryFolder();
  const [certFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -out ${certFile} -keyout ${keyFile}`;
  execFileSync('openssl', args.split(' '), { stdio: 'ignore' });
  return { certFile, keyFile };
}

function get(where: { readonly socketPath?: string; readonly port?: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...where, host: '127.0.0.1', agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

async function refusal(attempt: Promise<unknown>): Promise<Slash32Error> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Slash32Error) return error;
  throw new Error(`not refused by slash32: ${String(error)}`);
}

describe('where the API may listen', () => {
  it.each<[string, boolean, number, string | undefined]>([
    ['127.0.0.1', false, 0, undefined],
    ['127.8.8.8', false, 0, undefined],
    ['::1', false, 0, undefined],
    ['0.0.0.0', false, 1, 'a certificate'],
    ['::', false, 1, 'a certificate'],
    ['::ffff:127.0.0.1', false, 1, 'a certificate'],
    ['192.0.2.1', false, 0, 'a certificate'],
    ['192.0.2.1', true, 0, 'an API token'],
    ['192.0.2.1', true, 1, undefined],
    ['2001:db8::1', true, 1, undefined],
  ])('on %s, with a certificate: %s, with %i tokens', (host, hasTls, tokens, lacks) => {
    const attempt = () => refuseExposure({ host, port: 3232 }, hasTls ? IDENTITY : undefined, tokens);
    if (lacks === undefined) return expect(attempt).not.toThrow();
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'S32_HTTP_EXPOSED', message: expect.stringContaining(lacks) }),
    );
  });
});

describe('listening on TCP', () => {
  it('says where', async () => {
    const { address } = await kept(listenTcp(hello, HERE, undefined));
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await get({ port: Number(new URL(address).port) })).toBe('hello');
  });

  it('says in words that somebody else listens there, and where', async () => {
    const { address } = await kept(listenTcp(hello, HERE, undefined));
    const port = Number(new URL(address).port);
    const error = await refusal(listenTcp(hello, { host: '127.0.0.1', port }, undefined));
    expect(error).toMatchObject({ code: 'S32_HTTP_LISTEN', where: `127.0.0.1:${port}`, written: 'nothing' });
    expect(error.message).toContain('another process listens there');
  });

  it('says in words that this machine has no such address', async () => {
    const error = await refusal(listenTcp(hello, { host: '192.0.2.1', port: 0 }, undefined));
    expect(error.message).toContain('this machine has no such address');
  });

  it('speaks TLS where it has a certificate', async () => {
    const { certFile, keyFile } = await certificate();
    const identity = await readIdentity(certFile, async () => readFileSync(keyFile, 'utf8'));
    const { address } = await kept(listenTcp(hello, HERE, identity));
    expect(address).toMatch(/^https:/);
    const text = await new Promise<string>((resolve, reject) => {
      const url = new URL(address);
      const options = {
        host: '127.0.0.1',
        port: url.port,
        ca: identity.cert,
        servername: 'localhost',
        agent: false as const,
      };
      requestTls(options, (response) => void response.on('data', (chunk) => resolve(String(chunk))))
        .on('error', reject)
        .end();
    });
    expect(text).toBe('hello');
  });

  it.each<[string, (a: Awaited<ReturnType<typeof certificate>>, b: typeof a) => [string, string]]>([
    ['that is missing', (a) => [`${a.certFile}.none`, a.keyFile]],
    ['whose key is another one', (a, b) => [a.certFile, b.keyFile]],
    ['that is no certificate', (a) => [a.keyFile, a.keyFile]],
  ])('refuses a certificate %s', async (_what, choose) => {
    const [certFile, keyFile] = choose(await certificate('a'), await certificate('b'));
    const attempt = readIdentity(certFile, async () => readFileSync(keyFile, 'utf8')).then((identity) =>
      kept(listenTcp(hello, HERE, identity)),
    );
    const error = await refusal(attempt);
    expect(error.code).toBe('S32_HTTP_TLS');
    expect(error.message).not.toContain(readFileSync(keyFile, 'utf8').slice(40, 80));
  });
});

describe('listening on a unix socket', () => {
  it('lets in the owner and the group only', async () => {
    const path = join(await temporaryFolder(), 'api.sock');
    const { address } = await kept(listenSocket(hello, path));
    expect([address, (statSync(path).mode & 0o777).toString(8)]).toEqual([`unix:${path}`, '660']);
    expect(await get({ socketPath: path })).toBe('hello');
  });

  it('is never open to others, not even for a moment', async () => {
    const path = join(await temporaryFolder(), 'api.sock');
    const before = process.umask(0);
    const modes = new Set<string>();
    try {
      let isDone = false;
      const listening = kept(listenSocket(hello, path)).finally(() => {
        isDone = true;
      });
      while (!isDone) {
        if (existsSync(path)) modes.add((statSync(path).mode & 0o007).toString(8));
        await new Promise((done) => setImmediate(done));
      }
      await listening;
    } finally {
      process.umask(before);
    }
    expect([...modes]).toEqual(['0']);
  });

  it('takes the place of one whose process has died', async () => {
    const path = join(await temporaryFolder(), 'api.sock');
    const leave = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    expect(() => execFileSync(process.execPath, ['-e', leave], { stdio: 'ignore' })).toThrow();
    expect(statSync(path).isSocket()).toBe(true);
    await kept(listenSocket(hello, path));
    expect(await get({ socketPath: path })).toBe('hello');
  });

  it('leaves one alone on which somebody answers', async () => {
    const path = join(await temporaryFolder(), 'api.sock');
    await kept(listenSocket(hello, path));
    const error = await refusal(listenSocket(hello, path));
    expect(error).toMatchObject({ code: 'S32_HTTP_LISTEN', where: path });
    expect(await get({ socketPath: path })).toBe('hello');
  });

  it('never removes a file that is no socket', async () => {
    const path = join(await temporaryFolder(), 'api.sock');
    writeFileSync(path, 'precious');
    const error = await refusal(listenSocket(hello, path));
    expect(error.message).toContain('no socket');
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it.each([
    ['a folder that is not there', 'none/api.sock', 'its folder does not exist'],
    ['a path that is too long', `${'x'.repeat(120)}.sock`, 'bytes at most'],
  ])('says what is wrong with %s', async (_what, name, reason) => {
    const path = join(await temporaryFolder(), name);
    const error = await refusal(listenSocket(hello, path));
    expect(error).toMatchObject({ code: 'S32_HTTP_LISTEN', where: path });
    expect(error.message).toContain(reason);
  });

  it('is gone when it is closed', async () => {
    const path = join(await temporaryFolder(), 'api.sock');
    const { close } = await listenSocket(hello, path);
    await close();
    expect(existsSync(path)).toBe(false);
  });
});

describe('closing', () => {
  it('ends connections that are idle, and streams that would go on for ever', async () => {
    const endless = await listenTcp((_request, response) => void response.write('and so on'), HERE, undefined);
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const heard: string[] = [];
    const outgoing = request({ port: new URL(endless.address).port, agent }, (response) => {
      response.on('data', (chunk) => heard.push(String(chunk)));
      response.on('error', () => heard.push('cut'));
    });
    outgoing.on('error', () => undefined);
    outgoing.end();
    await eventually(() => heard).toEqual(['and so on']);
    await endless.close();
    await eventually(() => heard.at(-1)).toBe('cut');
  });

  it('lets what is being answered come to its end', async () => {
    let answer = (): void => undefined;
    const { address, close } = await listenTcp(
      (_request, response) => {
        answer = () => void response.end('late');
      },
      HERE,
      undefined,
    );
    const text = get({ port: Number(new URL(address).port) });
    await eventually(() => answer.toString()).toContain('late');
    const closed = close();
    answer();
    expect(await text).toBe('late');
    await closed;
  });
});

describe('whoever sends slowly', () => {
  it('may not hold a connection for ever', () => {
    const server: Server = createServer();
    harden(server);
    for (const limit of [server.headersTimeout, server.requestTimeout, server.keepAliveTimeout])
      expect(limit).toBeGreaterThan(0);
    expect(server.headersTimeout).toBeLessThanOrEqual(server.requestTimeout);
  });

  it('is answered nothing that is no HTTP', async () => {
    const { address } = await kept(listenTcp(hello, HERE, undefined));
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(address).port), '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
      socket.on('data', (chunk) => resolve(String(chunk)));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });
});
