import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endsWithin } from '../../src/cli/serve.js';
import { createRedactor } from '../../src/secrets/redactor.js';
import { startService } from '../../src/serve/start.js';
import { ask, type Scene, serve, serveScene } from './rig.js';

function start({ cwd }: Scene) {
  return startService(join(cwd, 'slash32.yaml'), {
    version: '1',
    stdin: new PassThrough(),
    stderr: new PassThrough().resume(),
    env: {},
    now: () => new Date(),
    redactor: createRedactor(),
  });
}

async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

describe('a service that cannot start', () => {
  const TOKENS = ['  tokens: tokens.json'];
  it.each<[string, string, (scene: Scene) => void, readonly string[]]>([
    ['its port is taken', 'S32_HTTP_LISTEN', () => undefined, []],
    ['its certificate does not exist', 'S32_HTTP_TLS', () => undefined, ['  tls: { cert: none.crt, key: apikey.txt }']],
    [
      'its certificate is none',
      'S32_HTTP_TLS',
      ({ cwd }) => writeFileSync(join(cwd, 'a.crt'), 'no certificate'),
      ['  tls: { cert: a.crt, key: apikey.txt }'],
    ],
    [
      'its key may be read by everybody',
      'S32_SECRET_EXPOSED',
      ({ cwd }) => {
        writeFileSync(join(cwd, 'a.crt'), 'x');
        writeFileSync(join(cwd, 'a.key'), 'x');
        chmodSync(join(cwd, 'a.key'), 0o644);
      },
      ['  tls: { cert: a.crt, key: a.key }'],
    ],
    [
      'its tokens may be read by everybody',
      'S32_TOKENS_FILE',
      ({ cwd }) => writeFileSync(join(cwd, 'tokens.json'), '{"version":1,"tokens":[]}', { mode: 0o644 }),
      TOKENS,
    ],
    [
      'its tokens are a pipe',
      'S32_TOKENS_FILE',
      ({ cwd }) => void execFileSync('mkfifo', ['-m', '600', join(cwd, 'tokens.json')]),
      TOKENS,
    ],
    ['its webhook has no secret', 'S32_SECRET_UNREADABLE', () => undefined, ['  hooks: { generic: [none.secret] }']],
  ])('since %s throws %s before any run began, and lets go of everything', async (_why, code, spoil, lines) => {
    const port = await takenPort();
    const scene = await serveScene({ service: [`  listen: "127.0.0.1:${port}"`, ...lines] });
    const config = execFileSync('cat', [join(scene.cwd, 'slash32.yaml')], { encoding: 'utf8' });
    writeFileSync(join(scene.cwd, 'slash32.yaml'), config.replace('  listen: none\n', ''));
    spoil(scene);

    await expect(start(scene)).rejects.toMatchObject({ code });

    expect(await ask(scene, '/healthz')).toBeUndefined();
    expect(existsSync(scene.socket)).toBe(false);
    expect(readdirSync(scene.cwd).filter((name) => /lock|\.serve|journal/.test(name))).toEqual([]);
    expect(scene.firewall.log).toEqual([]);
  });

  it('ends its process with the code of a failure', async () => {
    const scene = await serveScene({ service: [] });
    const config = execFileSync('cat', [join(scene.cwd, 'slash32.yaml')], { encoding: 'utf8' });
    writeFileSync(
      join(scene.cwd, 'slash32.yaml'),
      config.replace('listen: none', `listen: "127.0.0.1:${await takenPort()}"`),
    );
    const served = serve(scene);
    expect(await served.ended).toBe(1);
    expect(served.text()).toContain('S32_HTTP_LISTEN');
  });
});

describe('whoever waits for an end', () => {
  it('waits no longer than he said for what hangs, and does not for what ends', async () => {
    expect(await endsWithin(new Promise(() => undefined), 1)).toBe(false);
    expect(await endsWithin(Promise.resolve(), 600_000)).toBe(true);
    await expect(endsWithin(Promise.reject(new Error('broken')), 600_000)).rejects.toThrow('broken');
  });
});
