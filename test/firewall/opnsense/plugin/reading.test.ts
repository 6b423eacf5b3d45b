import { describe, expect, it } from 'vitest';
import { Slash32Error } from '../../../../src/errors/slash32-error.js';
import type { OpnsenseClient } from '../../../../src/firewall/opnsense/http/client.js';
import { createPluginApi } from '../../../../src/firewall/opnsense/plugin/api.js';
import { readState } from '../../../../src/firewall/opnsense/plugin/observe.js';
import type { WireState } from '../../../../src/firewall/opnsense/plugin/wire.js';
import { reservation, segmentState, TOKEN, wireState } from './builders.js';

const NOW = new Date(1_795_430_000_000);
const STATES = [segmentState([reservation(11), reservation(30, { description: 'Büro & <b>' })])];

function clientWith(answer: unknown): OpnsenseClient {
  const unused = () => Promise.reject(new Error('not called'));
  const answers = () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer));
  return {
    target: 'https://fw.lan',
    get: answers,
    post: unused,
    postJson: answers,
    download: unused,
    postXml: unused,
    describe: (method, path) => ({ where: `${method} https://fw.lan${path}`, path, host: 'fw.lan' }),
    calls: () => 0,
    ownAddress: () => undefined,
  };
}

const read = (part: Partial<WireState> = {}) => readState(wireState(STATES, part), 'https://fw.lan', NOW).observed;

describe('what the plugin says of the firewall', () => {
  it('tells which settings it can write; one that does not say so is older than further pools', () => {
    const remedy = 'update os-slash32 on the firewall to 1.5';
    expect(read().unwritable).toEqual({ settings: ['pools', 'routes'], remedy });
    expect(read({ settings: ['enabled', 'pools'] }).unwritable).toEqual({ settings: ['routes'], remedy });
    expect(read({ settings: ['enabled', 'pools', 'routes'] }).unwritable).toBeUndefined();
  });

  it('tells where publishes may stand and who may act for whom; one that does not say so lets everything be, as it did', () => {
    expect(read()).not.toHaveProperty('publishable');
    expect(read().memory).not.toHaveProperty('bindings');
    const scope = { interfaces: ['opt1'], max_confirm_seconds: 600 };
    const remedy = 'on the firewall under Services: slash32: Settings, Publishes';
    expect(read({ scope: { ...scope, publishes: [] } }).publishable).toEqual({ places: [], remedy });
    const publishes = ['wan tcp/443', 'opt1 udp/8000-8010', 'nonsense', 'wan icmp/1', 'wan tcp/443 '];
    expect(read({ scope: { ...scope, publishes } }).publishable?.places).toEqual([
      { interface: 'wan', protocol: 'tcp', from: 443, to: 443 },
      { interface: 'opt1', protocol: 'udp', from: 8000, to: 8010 },
    ]);
    const bindings = [{ owner: 'home', user: 'slash32' }];
    expect(read({ bindings }).memory?.bindings).toMatchObject({ rows: bindings });
  });

  it('becomes a reading with reservations, interfaces, leases and the address that the firewall sees us come from', () => {
    const seen = read({
      leases: [{ interface: 'opt1', address: '10.10.1.120', mac: '00:16:3E:00:00:07', hostname: null }],
      neighbours: [{ interface: 'opt1', address: '10.10.1.11', mac: '00:16:3E:00:01:01', permanent: false }],
      peer: '10.0.0.3',
      other_dhcp: [{ interface: 'opt2', server: 'kea' }],
    });
    expect(seen).toMatchObject({
      transport: 'plugin',
      version: '26.7.2',
      segments: STATES,
      ownAddress: '10.10.1.5',
      peerAddress: '10.0.0.3',
      otherDhcp: [{ interface: 'opt2', server: 'kea' }],
      leases: [{ mac: '00:16:3e:00:00:07', hostname: '' }],
      neighbours: [{ mac: '00:16:3e:00:01:01' }],
      writable: { interfaces: ['opt1'] },
      pair: { role: 'master', peer: '10.0.0.3', pushes: undefined },
      notes: [expect.stringContaining('update os-slash32 on both nodes to 1.5')],
    });
    expect(seen.interfaces[0]).toMatchObject({
      id: 'opt1',
      mac: '00:16:3e:0a:00:02',
      address: '10.10.1.1',
      prefix: 24,
      virtualIps: [{ address: '10.10.1.254', mode: 'carp' }],
    });
    expect(seen.interfaces[1]).toMatchObject({ id: 'wan', description: 'WAN', address: undefined, prefix: undefined });
  });

  it('becomes one with how the node stands in its pair', () => {
    const { pair, notes, memory } = read({
      peer: '10.0.0.3',
      applies: [
        { id: 'a'.repeat(16), owner: 'home', outcome: 'confirmed', peer: { pushed: true, message: '', code: 'done' } },
        { id: 'b'.repeat(16), owner: 'home', outcome: 'confirmed', peer: null },
      ],
      ha: {
        peer: '10.0.0.3',
        push: true,
        role: 'backup',
        addresses: [
          { interface: 'opt1', address: '10.10.1.254', status: 'MASTER' },
          { interface: 'opt1', address: '2001:db8::1', status: '' },
        ],
        missing: ['nat', 'later'],
        debts: [
          { id: 'c'.repeat(16), owner: 'lab', what: 'undone', since: 1_790_000_000, code: 'login', message: 'No.' },
          { id: 'd'.repeat(16), owner: 'home', what: 'kept', since: 1_790_000_000, code: 'open', message: '' },
        ],
        unwatched: [{ id: 'e'.repeat(16), owner: 'home', until: 1_790_000_000 }],
      },
    });

    expect(notes).toEqual([]);
    expect(pair).toEqual({
      role: 'backup',
      addresses: [
        { interface: 'opt1', address: '10.10.1.254', status: 'master' },
        { interface: 'opt1', address: '2001:db8::1', status: undefined },
      ],
      peer: '10.0.0.3',
      pushes: true,
      missing: [
        { part: 'redirects', name: 'NAT' },
        { part: 'records', name: 'later' },
      ],
      debts: [
        expect.objectContaining({
          owner: 'lab',
          what: 'undone',
          open: false,
          message: expect.stringMatching(/^No\. What to do: /),
        }),
        expect.objectContaining({ owner: 'home', open: true, since: '2026-09-21T14:13:20.000Z' }),
      ],
      unwatched: [{ id: 'e'.repeat(16), owner: 'home', until: '2026-09-21T14:13:20.000Z' }],
      remedy: 'System: High Availability: Settings, Services to synchronize',
    });
    expect(memory?.applies.map((one) => one.peer?.taken)).toEqual([true, undefined]);
  });

  it.each([
    ['127.0.0.1', undefined],
    ['::1', undefined],
    ['2001:db8::5', undefined],
    ['::ffff:10.10.1.5', '10.10.1.5'],
    [null, undefined],
  ])('takes the caller %s as the own address %s', (address, own) => {
    expect(read({ caller: { address, user: 'x' } }).ownAddress).toBe(own);
  });

  it.each<[string, Partial<WireState>, RegExp]>([
    [
      'no interface may be written',
      { scope: { interfaces: [], max_confirm_seconds: 600 } },
      /Services: slash32: Settings/,
    ],
    ['dhcpd should run and does not', { dhcpd_health: { expected: true, running: false } }, /dhcpd does not run/],
    ['the version is newer than what was tested', { version: '27.1' }, /27\.1 is newer/],
    ['the peer has no IPv4 address', { peer: 'fw2.lan' }, /high-availability peer is named "fw2.lan"/],
  ])('says so when %s', (_name, part, words) => {
    expect(read(part).notes.join()).toMatch(words);
  });

  it('gives times by the clock of this machine, however wrong the one of the firewall is', () => {
    const pending = [{ owner: 'home', id: 'a'.repeat(16), deadline: 5, seconds_left: 90 }];
    expect(read({ now: 1000, pending }).memory?.waiting).toEqual([
      { owner: 'home', id: 'a'.repeat(16), secondsLeft: 90, until: new Date(NOW.getTime() + 90_000).toISOString() },
    ]);
  });

  it('reads no settings at all, and a section with its XML declaration', () => {
    expect(read({ dhcpd: '' }).segments).toEqual([]);
    expect(
      read({ dhcpd: '<?xml version="1.0"?>\n<dhcpd><opt1><enable>1</enable></opt1></dhcpd>' }).segments,
    ).toMatchObject([{ interface: 'opt1', enabled: true }]);
  });
});

describe('an answer that is not as the plugin gives it', () => {
  it.each<[string, unknown, Slash32Error['code']]>([
    ['a list', [], 'S32_PLUGIN_API'],
    ['an older or newer API', { ...wireState(STATES), api: 2 }, 'S32_PLUGIN_API'],
    ['a failure', { result: 'failed', message: 'configd does not answer' }, 'S32_PLUGIN_FAILED'],
    ['no revision', { ...wireState(STATES), revision: undefined }, 'S32_OPNSENSE_BAD_ANSWER'],
    ['reservations as JSON', { ...wireState(STATES), dhcpd: {} }, 'S32_OPNSENSE_BAD_ANSWER'],
    [
      'a scope of numbers',
      { ...wireState(STATES), scope: { interfaces: [1], max_confirm_seconds: 1 } },
      'S32_OPNSENSE_BAD_ANSWER',
    ],
  ])('is refused: %s', async (_name, answer, code) => {
    await expect(createPluginApi(clientWith(answer)).state()).rejects.toMatchObject({ code });
  });

  it.each<[unknown]>([
    [{ result: 'applied', id: 'short', revision: 'a'.repeat(64), notes: [], confirm: null }],
    [{ result: 'applied', id: 'a'.repeat(16), revision: 'a'.repeat(64), notes: [] }],
    [{ result: 'refused', code: 'scope' }],
    [{ result: 'wonderful' }],
    ['applied'],
  ])('is refused as an answer to an apply: %j', async (answer) => {
    const body = { segments: [] } as unknown as Parameters<ReturnType<typeof createPluginApi>['apply']>[0];
    await expect(createPluginApi(clientWith(answer)).apply(body)).rejects.toMatchObject({
      code: 'S32_OPNSENSE_BAD_ANSWER',
    });
  });

  it.each<[unknown]>([[{ result: 'rolled_back' }], [{ result: 'already' }], [null]])(
    'is refused as an answer to a confirmation: %j',
    async (answer) => {
      await expect(createPluginApi(clientWith(answer)).confirm('home', TOKEN)).rejects.toMatchObject({
        code: 'S32_OPNSENSE_BAD_ANSWER',
      });
    },
  );

  it('is called a missing plugin where the firewall does not know the call', async () => {
    const unknown = new Slash32Error('S32_OPNSENSE_NO_ENDPOINT', { message: 'fw.lan does not know it.', where: 'x' });
    await expect(createPluginApi(clientWith(unknown)).state()).rejects.toMatchObject({ code: 'S32_PLUGIN_MISSING' });
  });
});
