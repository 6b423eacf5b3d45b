import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../src/errors/slash32-error.js';
import { createLogger, type Logger, type LogLevel } from '../../src/log/logger.js';
import { createRedactor, type Redactor } from '../../src/secrets/redactor.js';

const SECRET = 'w9Zr+pass/word=="1';

interface Scene {
  readonly logger: Logger;
  readonly redactor: Redactor;
  text(): string;
  lines(): Record<string, unknown>[];
}

function scene(json: boolean, level: LogLevel = 'debug'): Scene {
  const parts: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      parts.push(String(chunk));
      done();
    },
  });
  const redactor = createRedactor();
  redactor.register(SECRET);
  return {
    logger: createLogger(stream, level, json, redactor),
    redactor,
    text: () => parts.join(''),
    lines: () =>
      parts
        .join('')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('a line of the log', () => {
  it('is one JSON object for machines, with the id of its run on each', () => {
    const { logger, lines } = scene(true);
    const run = logger.child({ run: '20261123T031500Z-4f9c1a' });
    run.info('run ended', { outcome: 'applied', changes: 3 });
    run.child({ step: 'observe' }).warn('slow');
    expect(lines()).toMatchObject([
      { level: 'info', message: 'run ended', run: '20261123T031500Z-4f9c1a', outcome: 'applied', changes: 3 },
      { level: 'warn', message: 'slow', run: '20261123T031500Z-4f9c1a', step: 'observe' },
    ]);
    expect(lines()[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('is one line of words for people', () => {
    const { logger, text } = scene(false);
    logger.info('request', { route: '/v1/runs', by: 'a b', status: 202, notes: ['x'] });
    expect(text()).toMatch(/^\S+Z info {2}request route=\/v1\/runs by="a b" status=202 notes=\["x"\]\n$/);
  });

  it.each<[LogLevel, readonly string[]]>([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ])('is written from its level on: %s', (level, written) => {
    const { logger, lines } = scene(true, level);
    for (const one of ['debug', 'info', 'warn', 'error'] as const) logger[one]('something');
    expect(lines().map((line) => line.level)).toEqual(written);
  });

  it('keeps its own time, level and words, whatever the details are called', () => {
    const { logger, lines } = scene(true);
    logger.info('request', { message: 'other', level: 'silly', time: 0, stack: 'a', splat: 1, details: 2 });
    expect(lines()[0]).toMatchObject({
      level: 'info',
      message: 'request',
      'details.message': 'other',
      'details.level': 'silly',
      details: 2,
    });
  });

  it.each([true, false])('stays one line that a terminal does not obey (json: %s)', (json) => {
    const { logger, text } = scene(json);
    logger.info('instance \u001b[2J\r\nfake line', { name: 'a\nb\u202e\u0007\u009b' });
    expect(text().trimEnd().split('\n')).toHaveLength(1);
    expect(json ? text().includes('\u001b') : /\p{Cc}|\p{Cf}/u.test(text().trimEnd())).toBe(false);
  });

  it.each([true, false])('is written of anything at all (json: %s)', (json) => {
    const { logger, text } = scene(json);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const hostile = {
      get boom(): never {
        throw new Error('no');
      },
    };
    const deep = JSON.parse(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`) as unknown;
    logger.info('odd', {
      circle,
      hostile,
      deep,
      big: 10n,
      nan: Number.NaN,
      none: undefined,
      fn: () => 1,
      symbol: Symbol('s'),
      date: new Date(Number.NaN),
      map: new Map([['k', new Set([1])]]),
      bytes: Buffer.from(SECRET),
      many: Array.from({ length: 5000 }, (_, at) => at),
      long: 'x'.repeat(1_000_000),
    });
    logger.info('odder', hostile);
    expect(text().trimEnd().split('\n')).toHaveLength(2);
    expect(text().length).toBeLessThan(20_000);
  });

  it('names an error by code and message, with its cause, and never its stack', () => {
    const { logger, lines, text } = scene(true);
    const cause = new Error('socket hang up');
    const error = new Slash32Error('S32_OUTPUT', { message: 'It could not be written.', where: 'plan.json', cause });
    logger.error('failed', { error });
    expect(lines()[0]?.error).toEqual({
      code: 'S32_OUTPUT',
      message: 'It could not be written.',
      cause: { message: 'socket hang up' },
    });
    expect(text()).not.toContain('logger.test');
  });
});

describe('a secret in the log', () => {
  const embedded: readonly (readonly [string, (secret: string) => Record<string, unknown>])[] = [
    ['a detail', (secret) => ({ value: secret })],
    ['the name of a detail', (secret) => ({ [secret]: 1 })],
    ['a list in a detail', (secret) => ({ list: [{ deep: [secret] }] })],
    ['the query of a URL', (secret) => ({ url: `https://fw.lan/?key=${encodeURIComponent(secret)}` })],
    ['an error', (secret) => ({ error: new Error(`refused ${secret}`) })],
    ['the cause of an error', (secret) => ({ error: new Error('refused', { cause: new Error(secret) }) })],
    ['credentials in Base64', (secret) => ({ header: `Basic ${Buffer.from(`key:${secret}`).toString('base64')}` })],
    ['JSON that was answered', (secret) => ({ answer: JSON.stringify({ secret }) })],
    ['a map', (secret) => ({ map: new Map([[secret, secret]]) })],
    ['the end of a long text', (secret) => ({ text: `${'x'.repeat(7_995)}${secret}` })],
  ];

  it.each(embedded)('is not written as %s', (_name, embed) => {
    fc.assert(
      fc.property(fc.string({ minLength: 10, maxLength: 30, unit: 'grapheme' }), fc.boolean(), (secret, json) => {
        const { logger, redactor, text } = scene(json);
        redactor.register(secret);
        logger.info('request', embed(secret));
        expect(text()).toContain('***');
        expect(text()).not.toContain(secret);
        expect(text()).not.toContain(JSON.stringify(secret).slice(1, -1));
        expect(text()).not.toContain(encodeURIComponent(secret));
      }),
      { numRuns: 40 },
    );
  });

  it('is not written as a message, nor as a number', () => {
    const { logger, redactor, lines } = scene(true);
    redactor.register('31415926');
    logger.info(`the password is ${SECRET}`, { pin: 31415926, big: 31415926n });
    expect(lines()[0]).toMatchObject({ message: 'the password is ***', pin: '***', big: '***' });
  });

  it('does not break the JSON around it', () => {
    const { logger, redactor, lines } = scene(true);
    redactor.register('","level":"');
    redactor.register('true');
    redactor.register('2026');
    logger.info('odd secrets', { flag: true, text: 'true', year: 2026 });
    expect(lines()[0]).toMatchObject({ level: 'info', flag: true, text: '***', year: '***' });
  });
});

describe('a log that cannot be written', () => {
  const failure = (code: string): Error => Object.assign(new Error(code), { code });

  it.each(['EPIPE', 'ENOSPC', 'EIO'])('stops nothing: %s', async (code) => {
    let broken = true;
    const written: string[] = [];
    const stream = new Writable({
      autoDestroy: false,
      write(chunk, _encoding, done) {
        if (!broken) written.push(String(chunk));
        done(broken ? failure(code) : null);
      },
    });
    // What Node does for its own standard streams: a failure does not close them.
    stream._destroy = (_error, done) => done(null);
    const logger = createLogger(stream, 'info', true, createRedactor());
    for (let turn = 0; turn < 20; turn += 1) logger.info('into the void', { turn });
    await new Promise((done) => setImmediate(done));
    broken = false;
    expect(() => logger.info('later')).not.toThrow();
  });

  it('says how many lines are missing once there is room again', async () => {
    const written: string[] = [];
    let release: (() => void) | undefined;
    const stream = new Writable({
      write(chunk, _encoding, done) {
        written.push(String(chunk));
        if (written.length > 1) return done();
        release = done;
      },
    });
    const logger = createLogger(stream, 'info', true, createRedactor());
    const kilobyte = randomBytes(512).toString('hex');
    for (let turn = 0; turn < 5_000; turn += 1) logger.info('much', { turn, kilobyte });
    expect(stream.writableLength).toBeLessThan(2 * 1024 * 1024);
    release?.();
    await new Promise((done) => setImmediate(done));
    logger.info('after');
    await new Promise((done) => setImmediate(done));
    const messages = written.map((line) => JSON.parse(line) as { message: string; lines?: number });
    const much = messages.filter((line) => line.message === 'much').length;
    expect(messages.at(-1)?.message).toBe('after');
    expect(messages.at(-2)).toMatchObject({ message: 'lines of this log were lost', lines: 5_000 - much });
  });

  it.each([
    ['closed', (stream: Writable) => void stream.destroy()],
    ['ended', (stream: Writable) => void stream.end()],
    [
      'broken',
      (stream: Writable) => {
        stream.write = () => {
          throw failure('EBADF');
        };
      },
    ],
  ])('because it was %s stops nothing', async (_name, spoil) => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
    const logger = createLogger(stream, 'info', false, createRedactor());
    spoil(stream);
    for (let turn = 0; turn < 5; turn += 1) expect(() => logger.error('something')).not.toThrow();
    await new Promise((done) => setImmediate(done));
  });
});
