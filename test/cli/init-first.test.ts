import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSelfSignedCertificate } from '../../src/inventory/incus/certificate.js';
import { createSimHouse, FIREWALL_MACS } from '../../src/sim/incus/house.js';
import { startSimIncus } from '../../src/sim/incus/server.js';
import { startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { slash32, temporaryFolder } from './harness.js';

const DAY_MS = 86_400_000;
const NAMED = createSelfSignedCertificate({
  commonName: 'OPNsense.internal',
  usage: 'server',
  notBefore: new Date(Date.now() - DAY_MS),
  notAfter: new Date(Date.now() + 365 * DAY_MS),
  names: ['opnsense.internal'],
});

/** A stock firewall: its certificate is its own work and for another name. */
async function stock() {
  const cwd = await temporaryFolder();
  const incus = await startSimIncus({ state: createSimHouse(), https: true, socket: join(cwd, 'incus.socket') });
  const firewall = await startSimOpnsense({
    folder: join(cwd, 'opnsense'),
    tls: { cert: NAMED.certificate, key: NAMED.key },
    segments: [
      { id: 'opt1', description: 'DMZ', address: '10.1.0.1' },
      { id: 'opt2', description: 'Outside', address: '10.2.0.1' },
      { id: 'opt3', description: 'Servers', address: '10.3.0.1' },
    ],
  });
  onTestFinished(async () => void (await Promise.all([incus.close(), firewall.close()])));
  for (const [index, mac] of Object.values(FIREWALL_MACS).entries()) firewall.setMac(`vtnet${index + 2}`, mac);
  await writeFile(join(cwd, 'apikey.txt'), firewall.keyFile(), { mode: 0o600 });
  const giveToken = async (): Promise<string> => {
    const token = incus.createToken({ name: 'slash32' });
    await writeFile(join(cwd, 'incus.token'), token, { mode: 0o600 });
    return token;
  };
  const flags = ['--incus-token-file', 'incus.token', '--opnsense-url', firewall.url, '--key-file', 'apikey.txt'];
  const written = (): Promise<string> => readFile(join(cwd, 'slash32.yaml'), 'utf8');
  return { cwd, incus, firewall, flags, giveToken, written };
}

const PRINT = /SHA-256 fingerprint: ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})/;

describe('slash32 init on a stock firewall', () => {
  it('shows the certificate that nobody vouches for and spends no token on it', async () => {
    const { cwd, flags, giveToken, firewall } = await stock();
    await giveToken();

    const first = await slash32(['init', ...flags], { cwd });

    expect(first.code).toBe(1);
    expect(first.err).toContain('error S32_OPNSENSE_TLS');
    expect(first.err).toContain('OPNsense.internal');
    const fingerprint = PRINT.exec(first.err)?.[1] ?? '';
    expect(first.err).toContain(`--fingerprint ${fingerprint}`);
    expect(firewall.log, 'no key was sent').toHaveLength(0);
    const second = await slash32(['init', ...flags, '--fingerprint', fingerprint], { cwd });
    expect(second.code, second.err).toBe(0);
  });

  it('pins what it shows with --accept-fingerprint, and says which', async () => {
    const { cwd, flags, giveToken, written } = await stock();
    await giveToken();

    const ran = await slash32(['init', ...flags, '--accept-fingerprint'], { cwd });

    expect(ran.code, ran.err).toBe(0);
    const fingerprint = PRINT.exec(ran.err)?.[1] ?? '';
    expect(await written()).toContain(fingerprint.replaceAll(':', '').toLowerCase());
    expect((await slash32(['plan'], { cwd })).code).toBe(2);
  });

  it('asks on a terminal, asks again for an answer that does not hold, and hides the token', async () => {
    const { cwd, firewall, giveToken, written } = await stock();
    const token = await giveToken();
    await writeFile(join(cwd, 'wrong.txt'), 'key=bm90\nsecret=dGhpcw==\n', { mode: 0o600 });

    const answers = [
      'https://127.0.0.1:1',
      firewall.url,
      'y',
      'nowhere.txt',
      'wrong.txt',
      'apikey.txt',
      './nowhere.socket',
      'token',
      token,
      'my workstation',
      '10.3.0.9',
    ];
    const ran = await slash32(['init'], { cwd, tty: true, answers, env: { TERM: 'dumb' } });

    expect(ran.code, ran.err).toBe(0);
    for (const said of ['refuses the connection', 'nowhere.txt', 'my workstation']) expect(ran.err).toContain(said);
    expect(ran.out + ran.err).not.toContain(token);
    const text = await written();
    expect(text).toContain('protect: [10.3.0.9]');
    expect(text).toContain('key_file: apikey.txt');
    expect(text).toContain('cert: incus.crt');
    expect(text).toMatch(/^# yaml-language-server: \$schema=.*slash32\.schema\.json\n/);
  });

  it('does not go on with a certificate that the person does not know', async () => {
    const { cwd, firewall } = await stock();

    const ran = await slash32(['init'], { cwd, tty: true, answers: [firewall.url, 'n'], env: { TERM: 'dumb' } });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain('so the API key was not sent');
    expect(firewall.log).toHaveLength(0);
  });

  it('needs no new token when it runs again after the token is spent, and says what was answered', async () => {
    const { cwd, flags, giveToken, incus } = await stock();
    await giveToken();

    const failed = await slash32(['init', ...flags, '--accept-fingerprint', '--pair', 'servers=opt9'], { cwd });
    const again = await slash32(['init', ...flags, '--accept-fingerprint'], { cwd });

    expect([failed.code, again.code], again.err).toEqual([1, 0]);
    expect(failed.err).toContain(`to go on from here: slash32 init`);
    expect(failed.err).toContain(`--incus-url ${incus.httpsUrl} --incus-fingerprint`);
    expect([...incus.state.certificates.values()].length, 'one certificate, made once').toBe(1);
  });

  it('names the file of the token in what was answered so far while it is not spent', async () => {
    const { cwd, flags, giveToken } = await stock();
    await giveToken();
    await writeFile(join(cwd, 'apikey.txt'), 'key=bm90\nsecret=dGhpcw==\n', { mode: 0o600 });

    const failed = await slash32(['init', ...flags, '--accept-fingerprint'], { cwd });

    expect(failed.code).toBe(1);
    expect(failed.err).toMatch(/go on from here: slash32 init .*--incus-token-file incus\.token/);
  });

  it('takes the token from standard input, and says where one on the command line can be read', async () => {
    const { cwd, flags, giveToken } = await stock();
    const token = await giveToken();
    const rest = [...flags.slice(2), '--accept-fingerprint'];

    const piped = await slash32(['init', '--incus-token-file', '-', ...rest], { cwd, stdin: `${token}\n` });
    const open = await slash32(['init', '--overwrite', '--incus-token', token, ...rest], { cwd });

    expect([piped.code, open.code], piped.err).toEqual([0, 0]);
    expect(piped.err).not.toContain('process list');
    expect(open.err).toContain('process list');
  });

  it.each<[string, readonly string[], string]>([
    ['an owner that is none', ['--owner', 'my home'], 'owner'],
    ['an address to protect that is none', ['--protect', '10.3.0.999'], 'protect'],
    ['a network paired twice', ['--pair', 'servers=opt3', '--pair', 'servers=opt1'], 'network servers twice'],
    ['an interface paired twice', ['--pair', 'servers=opt3', '--pair', 'dmz=opt3'], 'interface opt3 twice'],
    ['a network on which nobody stands', ['--pair', 'servrs=opt3'], 'on which no instance stands'],
  ])('refuses %s, and writes nothing', async (_, more, said) => {
    const { cwd, flags, written } = await stock();
    const socket = ['--socket', 'incus.socket', ...flags.slice(2), '--accept-fingerprint'];

    const ran = await slash32(['init', ...socket, ...more], { cwd });

    expect(ran.code).toBe(1);
    expect(ran.err).toContain(said);
    await expect(written()).rejects.toThrow();
  });

  it('writes what the systemd unit hands over with --service, and a plan can be looked at before it starts', async () => {
    const { cwd, flags, giveToken } = await stock();
    await giveToken();
    await chmod(join(cwd, 'apikey.txt'), 0o640);
    const etc = join(cwd, 'etc');

    const ran = await slash32(['init', '--service', '--out', 'etc/slash32.yaml', ...flags, '--accept-fingerprint'], {
      cwd,
    });

    expect(ran.code, ran.err).toBe(0);
    const text = await readFile(join(etc, 'slash32.yaml'), 'utf8');
    for (const line of ['key_file: credential:opnsense.key', 'key: credential:incus.key', 'cert: incus.crt'])
      expect(text).toContain(line);
    for (const name of ['opnsense.key', 'incus.key']) expect((await stat(join(etc, name))).mode & 0o777).toBe(0o600);
    expect(ran.out).toContain(`CREDENTIALS_DIRECTORY=${etc} slash32 plan --config etc/slash32.yaml`);
    const state = text.replace('/var/lib/slash32/', `${cwd}/`);
    await writeFile(join(etc, 'slash32.yaml'), state);
    const plan = await slash32(['plan', '--config', 'etc/slash32.yaml'], { cwd, env: { CREDENTIALS_DIRECTORY: etc } });
    expect(plan.code, plan.err).toBe(2);
  });
});
