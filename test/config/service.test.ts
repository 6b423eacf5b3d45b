import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check.js';
import { parseListen } from '../../src/config/listen.js';
import type { Config } from '../../src/config/types.js';

const BASE = `owner: home
incus: { socket: /var/lib/incus/unix.socket }
opnsense: { transport: file, path: config.xml }
segments: { servers: { interface: opt3 } }
`;

function configOf(text: string): Config {
  const check = checkConfig(BASE + text, 'slash32.yaml', '/etc/slash32');
  if (!check.ok) throw new Error(check.problems.map((one) => one.message).join('\n'));
  return check.config;
}

function problemsOf(text: string): string[] {
  const check = checkConfig(BASE + text, 'slash32.yaml', '/etc/slash32');
  return check.ok ? [] : check.problems.map((one) => `${one.line}:${one.column} ${one.message} | ${one.hint}`);
}

describe('service and schedule', () => {
  it('keep their files beside the state file', () => {
    const { service } = configOf('state_file: /var/lib/slash32/fw1.state.json\n');
    expect(service).toMatchObject({
      socket: '/var/lib/slash32/fw1.sock',
      tokensFile: '/var/lib/slash32/fw1.tokens.json',
      stateFile: '/var/lib/slash32/fw1.service.json',
      journal: { file: '/var/lib/slash32/fw1.journal.jsonl' },
    });
  });

  it('are switched off by name', () => {
    const { service, schedule } = configOf(
      'service: { listen: none, socket: none }\nschedule: { reconcile: never, drift: never }\n',
    );
    expect(service).toMatchObject({ listen: undefined, socket: undefined });
    expect(schedule).toEqual({ reconcile: undefined, drift: undefined, timezone: undefined });
  });

  it('take secrets by reference, two at a time', () => {
    const { service } = configOf(
      'service: { hooks: { incus: [credential:a, hooks/b], generic: [env:C], window: 1m } }\n',
    );
    expect(service.hooks).toEqual({
      incus: ['credential:a', '/etc/slash32/hooks/b'],
      generic: ['env:C'],
      windowSeconds: 60,
    });
    expect(problemsOf('service: { hooks: { incus: [a, b, c] } }\n')[0]).toMatch(/5:28 .*hooks\.incus|5:28/);
  });

  it.each([
    ['service: { listen: "0.0.0.0:3232" }', /5:20 .*others reach.*tls/],
    ['service: { listen: "[::]:3232" }', /5:20 .*others reach/],
    ['service: { listen: "3232" }', /5:20 .*not an address and a port/],
    ['service: { listen: "127.0.0.1:99999" }', /not an address and a port/],
    ['service: { debounce: 0 }', /5:22 .*no time at all/],
    ['service: { lisen: "127.0.0.1:1" }', /Did you mean 'listen'/],
    ['service: { log: { format: xml } }', /human/],
    ['schedule: { drift: "hourly" }', /5:20 'drift' is not a cron expression/],
    ['schedule: { reconcile: "0 0 3 * * *" }', /'reconcile' is not a cron expression/],
    ['schedule: { timezone: Europe/Berln }', /Did you mean 'Europe\/Berlin'/],
    ['service: { hooks: { incus: [4f9c1a77e2b04c5d8f6a1b2c3d4e5f60] } }', /5:29 .*a secret itself/],
    ['service: { hooks: { generic: ["env:A", "mZ3vQ0x7Lk9sT2wYb6Rf1NcJ"] } }', /5:40 .*a secret itself/],
    ['service: { tls: { cert: a.crt } }', /5:12 .*no .key./],
    ['service: { journal: { keep: -1, file: x } }', /5:29 .*0 to 100/],
    ['service: { hooks: { window: 90 } }', /5:29 /],
    ['schedule: { reconcile: "60 3 * * *" }', /'reconcile' is not a cron expression/],
    ['schedule: { reconcile: "0 0 31 2 *" }', /'reconcile' is not a cron expression/],
    ['schedule: { drift: "@hourly" }', /'drift' is not a cron expression/],
    ['schedule: { reconcile: Never }', /or never/],
    ['version: 2', /schema version 2, and this slash32 knows version 1 at most/],
    ['version: one', /5:10 .*version/],
  ])('%s is told with its place', (line, expected) => {
    const found = problemsOf(`${line}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  it('listen on a public address with a certificate', () => {
    const { service } = configOf('service: { listen: "0.0.0.0:443", tls: { cert: a.crt, key: credential:a } }\n');
    expect(service.listen).toEqual({ host: '0.0.0.0', port: 443 });
    expect(service.tls).toEqual({ certFile: '/etc/slash32/a.crt', keyFile: 'credential:a' });
  });
});

describe('an address to listen on', () => {
  it.each([
    ['127.0.0.1:3232', { host: '127.0.0.1', port: 3232 }],
    ['[::1]:1', { host: '::1', port: 1 }],
    ['localhost:80', { host: '127.0.0.1', port: 80 }],
    ['::1:80', undefined],
    ['1.2.3.4', undefined],
    ['999.1.1.1:80', undefined],
    ['[1.2.3.4]:80', undefined],
    ['example.org:80', undefined],
    [':80', undefined],
  ])('%s is %o', (text, expected) => {
    expect(parseListen(text)).toEqual(expected);
  });
});
