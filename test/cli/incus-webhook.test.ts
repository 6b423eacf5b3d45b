import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../support/command.js';
import { slash32, temporaryFolder, writeConfig } from './harness.js';

const SECRET = 'the-secret-of-the-path-0123';

async function folder(service = ''): Promise<string> {
  const cwd = await temporaryFolder();
  await writeConfig(cwd, { extra: `service: { hooks: { incus: [hook.secret] }${service} }` });
  await writeFile(join(cwd, 'hook.secret'), `${SECRET}\n`, { mode: 0o600 });
  return cwd;
}

describe('slash32 incus webhook', () => {
  it('prints the settings in one command, and the secret only when it is asked for', async () => {
    const cwd = await folder();
    const { code, out } = await slash32(['incus', 'webhook'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('logging.slash32.target.address=http://127.0.0.1:3232/hooks/incus/SECRET ');
    expect(out.match(/^incus config set/gm)).toHaveLength(1);
    for (const text of ['target.retry=1', 'Incus 6.16', 'Every second change', 'slash32.sock', 'hook.secret'])
      expect(out).toContain(text);
    expect(out).not.toContain(SECRET);
    expect((await slash32(['incus', 'webhook', '--show-secret'], { cwd })).out).toContain(`/hooks/incus/${SECRET} `);
  });

  it('prints a script that a shell understands as it was meant', async () => {
    const cwd = await folder(', tls: { cert: "my certificate\'s.pem", key: key.pem }, listen: "[::1]:3232"');
    await writeFile(join(cwd, "my certificate's.pem"), 'PEM OF IT');
    const { out } = await slash32(['incus', 'webhook', '--show-secret'], { cwd });
    const shown = await run('sh', ['-ec', `incus() { printf '<%s>' "$@"; }\n${out}`]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('<logging.slash32.target.ca_cert=PEM OF IT>');
    expect(shown.stdout).toContain(`<logging.slash32.target.address=https://[::1]:3232/hooks/incus/${SECRET}>`);
    expect(shown.stdout.match(/<config>/g), 'everything else is a comment').toHaveLength(1);
  });

  it.each<[string, string, readonly string[], string]>([
    ['the address that is given', '', ['--url', 'https://fw.lan/x/'], 'address=https://fw.lan/hooks/incus/SECRET '],
    [
      'a name to fill in for all addresses',
      ', tls: { cert: a.pem, key: b.pem }, listen: "0.0.0.0:99"',
      [],
      'address=https://SLASH32:99/hooks/incus/SECRET ',
    ],
  ])('prints %s', async (_name, service, options, expected) => {
    const { out } = await slash32(['incus', 'webhook', ...options], { cwd: await folder(service) });
    expect(out).toContain(expected);
  });

  it.each<[string, string, readonly string[], string]>([
    ['only the unix socket is there', ', listen: none', [], 'service.listen'],
    ['the address is none', '', ['--url', 'fw.lan:3232'], 'no address'],
  ])('says what to do when %s', async (_name, service, options, message) => {
    const { code, err } = await slash32(['incus', 'webhook', ...options], { cwd: await folder(service) });
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
  });

  it('says how to make a secret where there is none', async () => {
    const cwd = await temporaryFolder();
    await writeConfig(cwd);
    const { code, err } = await slash32(['incus', 'webhook'], { cwd });
    expect([code, err]).toEqual([1, expect.stringContaining('openssl rand -hex 32')]);
  });
});
