import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Slash32Error } from '../../../src/errors/slash32-error.js';
import { type EnrolRequest, enrol } from '../../../src/inventory/incus/enrol.js';
import { incusOrigin } from '../../../src/inventory/incus/origin.js';
import { parseTrustToken } from '../../../src/inventory/incus/trust-token.js';
import { createRedactor } from '../../../src/secrets/redactor.js';
import { createSimHouse } from '../../../src/sim/incus/house.js';
import { loadRecording } from '../../contract/incus-recording.js';
import { failureOf, LIMITS, type Rig, readFrom, startRig, viewsOf } from './support.js';

let rig: Rig;

beforeEach(async () => {
  rig = await startRig({ state: createSimHouse(), https: true });
});

afterEach(async () => {
  await rig.close();
});

function paths() {
  return { certFile: join(rig.directory, 'client.crt'), keyFile: join(rig.directory, 'client.key') };
}

async function enrolWith(request: Partial<EnrolRequest> & { token: string }, redactor = createRedactor()) {
  const deps = { redactor, now: () => new Date(), limits: LIMITS };
  return await enrol({ ...paths(), ...request }, deps, new AbortController().signal, () => undefined);
}

async function keyFiles(): Promise<string[]> {
  return (await readdir(rig.directory)).filter((name) => name.startsWith('client'));
}

describe('enrolling with a trust token', () => {
  it('gives a certificate with which the inventory can be read', async () => {
    const enrolled = await enrolWith({ token: rig.sim.createToken({ name: 'slash32' }) });
    expect(enrolled).toMatchObject({
      url: rig.sim.httpsUrl,
      fingerprint: rig.sim.fingerprint,
      access: { scope: 'all' },
      ...paths(),
    });
    expect(rig.state.certificates.get(enrolled.clientFingerprint)).toMatchObject({
      name: 'slash32',
      restricted: false,
    });
    expect((await stat(enrolled.keyFile)).mode & 0o777).toBe(0o600);
    const { url, fingerprint, certFile, keyFile } = enrolled;
    const inventory = await readFrom({ via: 'https', url, fingerprint, certFile, keyFile, projects: undefined });
    expect(viewsOf(inventory)).toEqual({ default: 'complete', shop: 'complete', lab: 'complete' });
    expect(await keyFiles()).toEqual(['client.crt', 'client.key']);
  });

  it('says which projects a restricted token opens', async () => {
    const token = rig.sim.createToken({ name: 'narrow', restricted: true, projects: ['shop'] });
    expect((await enrolWith({ token })).access).toMatchObject({ scope: 'projects', projects: ['shop'] });
  });

  it('keeps no key of a token that names projects and restricts to none', async () => {
    const token = rig.sim.createToken({ name: 'wide', restricted: false, projects: ['shop', 'lab'] });
    const failure = (await failureOf(enrolWith({ token }))) as Slash32Error;
    const [fingerprint = ''] = [...rig.state.certificates].find(([, one]) => one.name === 'wide') ?? [];
    expect(failure.code).toBe('S32_INCUS_TOKEN_UNRESTRICTED');
    expect(failure.message).toContain('lab, shop');
    expect(failure.hint).toContain(`incus config trust remove ${fingerprint.slice(0, 12)}`);
    expect(failure.hint).toContain('--restricted --projects lab,shop');
    expect(await keyFiles()).toEqual([]);
  });

  it('takes a token that was broken into lines by copying', async () => {
    const token = rig.sim.createToken({ name: 'slash32' }).replace(/(.{40})/g, '$1\r\n  ');
    expect((await enrolWith({ token })).url).toBe(rig.sim.httpsUrl);
  });

  it('a used token is an error that says what to do, and leaves no files', async () => {
    const token = rig.sim.createToken({ name: 'slash32' });
    rig.state.tokens.splice(0);
    const error = await failureOf(enrolWith({ token }));
    expect(error).toMatchObject({
      code: 'S32_INCUS_TOKEN_SPENT',
      hint: expect.stringContaining('incus config trust add'),
    });
    expect(await keyFiles()).toEqual([]);
  });

  it('an expired token is not even sent', async () => {
    const content = {
      fingerprint: rig.sim.fingerprint,
      addresses: ['127.0.0.1:1'],
      secret: 'sssssssss',
      expires_at: '2020-01-01T00:00:00Z',
    };
    const token = Buffer.from(JSON.stringify(content)).toString('base64');
    expect(await failureOf(enrolWith({ token }))).toMatchObject({
      code: 'S32_INCUS_TOKEN_SPENT',
      message: expect.stringContaining('2020'),
    });
  });

  it('another server than the one of the token gets nothing of it', async () => {
    const content = JSON.parse(Buffer.from(rig.sim.createToken({ name: 'x' }), 'base64').toString());
    const token = Buffer.from(JSON.stringify({ ...content, fingerprint: 'cd'.repeat(32) })).toString('base64');
    expect(await failureOf(enrolWith({ token }))).toMatchObject({ code: 'S32_INCUS_FINGERPRINT' });
    expect(rig.sim.requests).toEqual([]);
    expect(await keyFiles()).toEqual([]);
  });

  it('tries one address after the other', async () => {
    const good = rig.sim.httpsUrl ?? '';
    const enrolled = await enrolWith({ token: rig.sim.createToken({ name: 'x' }), addresses: ['127.0.0.1:1', good] });
    expect(enrolled.url).toBe(good);
  });

  it('names every address when none works', async () => {
    const error = await failureOf(
      enrolWith({ token: rig.sim.createToken({ name: 'x' }), addresses: ['127.0.0.1:1', '127.0.0.1:2'] }),
    );
    expect(error).toMatchObject({
      code: 'S32_INCUS_UNREACHABLE',
      message: expect.stringMatching(/127\.0\.0\.1:1\b.*127\.0\.0\.1:2\b/),
    });
    expect(await keyFiles()).toEqual([]);
  });

  it('never overwrites a key without being told', async () => {
    await writeFile(paths().keyFile, 'precious');
    const token = rig.sim.createToken({ name: 'x' });
    const error = await failureOf(enrolWith({ token }));
    expect(error).toMatchObject({ code: 'S32_INCUS_KEY_EXISTS', message: expect.stringContaining(paths().keyFile) });
    expect(await readFile(paths().keyFile, 'utf8')).toBe('precious');
    expect(rig.sim.requests).toEqual([]);
    await enrolWith({ token, replace: true });
    expect(await readFile(paths().keyFile, 'utf8')).toContain('PRIVATE KEY');
  });

  it('a folder that is missing is found before the token is used', async () => {
    const token = rig.sim.createToken({ name: 'x' });
    const error = await failureOf(
      enrolWith({ token, keyFile: join(rig.directory, 'none', 'k'), certFile: join(rig.directory, 'none', 'c') }),
    );
    expect(error).toMatchObject({ code: 'S32_INCUS_KEY_WRITE' });
    expect(rig.sim.requests).toEqual([]);
  });

  it('when the answer is lost after Incus has taken the token, it notices that it is trusted', async () => {
    rig.sim.faults.push({ kind: 'reset', path: '/1.0/certificates', times: 1 });
    const enrolled = await enrolWith({ token: rig.sim.createToken({ name: 'x' }) });
    expect(rig.state.certificates.has(enrolled.clientFingerprint)).toBe(true);
  });

  it('neither token nor secret is in any error, and both are redacted from then on', async () => {
    const redactor = createRedactor();
    const token = rig.sim.createToken({ name: 'x' });
    const { secret } = parseTrustToken(token);
    rig.state.tokens.splice(0);
    const error = (await failureOf(enrolWith({ token }, redactor))) as Error;
    const { inspect } = await import('node:util');
    const printed = inspect(error, { depth: 10 });
    expect(printed).not.toContain(token);
    expect(printed).not.toContain(secret);
    expect(redactor.redact(`a ${token} b ${secret} c`)).toBe('a *** b *** c');
  });
});

describe('trust tokens', () => {
  it('a recorded one is read', () => {
    const text = String(loadRecording('44-').request.body?.trust_token);
    expect(parseTrustToken(text)).toMatchObject({
      clientName: 'sync',
      fingerprint: '80fab2b4c2be35e82fedac913a24a75d0a2b7a071b848e18d6dc44132fffd6af',
      addresses: ['127.0.0.1:8443'],
      expiresAt: undefined,
    });
  });

  it.each([
    ['nothing', '  \n'],
    ['a sentence', 'Client slash32 certificate add token:'],
    ['half a token', String(loadRecording('44-').request.body?.trust_token).slice(0, 100)],
    ['Base64 of something else', Buffer.from('hello').toString('base64')],
    ['JSON without a secret', Buffer.from(JSON.stringify({ fingerprint: 'ab'.repeat(32) })).toString('base64')],
    ['JSON with a bad fingerprint', Buffer.from(JSON.stringify({ fingerprint: 'ab', secret: 'x' })).toString('base64')],
  ])('%s is refused without quoting it', (_case, text) => {
    try {
      parseTrustToken(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'S32_INCUS_TOKEN_INVALID' });
      if (text.trim() !== '') expect((error as Error).message).not.toContain(text);
    }
  });
});

describe('addresses', () => {
  it.each([
    ['10.0.0.1:8443', 'https://10.0.0.1:8443'],
    ['incus.lan', 'https://incus.lan:8443'],
    ['https://incus.lan/', 'https://incus.lan:8443'],
    ['https://incus.lan:443', 'https://incus.lan:443'],
    ['[fd00::1]:8443', 'https://[fd00::1]:8443'],
    ['fd00::1', 'https://[fd00::1]:8443'],
  ])('%s is %s', (address, origin) => {
    expect(incusOrigin(address)).toBe(origin);
  });

  it.each(['', 'https://', 'a b', 'host/path', 'user@host', 'host:99999'])('%j is refused', (address) => {
    expect(() => incusOrigin(address)).toThrow(expect.objectContaining({ code: 'S32_INCUS_UNREACHABLE' }));
  });
});
