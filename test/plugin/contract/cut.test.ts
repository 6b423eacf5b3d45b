import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { namesOf, plainState, type SimPfState, type SimStateEnd } from '../../../src/sim/opnsense/pf/states.js';
import { apply, type Fields, get, post, rule, send } from './calls.js';
import { describeRigs, type Rig } from './rigs.js';

const at = (text: string): SimStateEnd => {
  const [address = '', port = '0'] = text.split(/:(?=\d+$)/);
  return { address, port: Number(port) };
};
const flow = (number: number, protocol: string, from: string, to: string): SimPfState[] => [
  plainState(number, 'in', protocol, at(from), at(to)),
  plainState(number + 1, 'out', protocol, at(from), at(to)),
];
const idOf = (number: number): string => {
  const { id, creator } = namesOf(number);
  return `${id}/${creator}`;
};
const both = (...numbers: number[]): string[] => numbers.flatMap((one) => [idOf(one), idOf(one + 1)]);

/** The ways of one sender to one receiver. */
const ways = (
  from: string,
  to: string,
  services: readonly Fields[] = [{ protocol: 'tcp', numbers: [5432, 5432] }],
) => ({
  inet: [{ from: [from], groups: [{ to: [to], services }] }],
});
const DB = flow(10, 'tcp', '10.10.1.11:50000', '10.10.2.9:5432');
const NEIGHBOUR = flow(20, 'tcp', '10.10.1.12:50000', '10.10.2.9:5432');
const OTHER_PORT = flow(30, 'tcp', '10.10.1.11:50001', '10.10.2.9:5433');
const ALL = [...DB, ...NEIGHBOUR, ...OTHER_PORT];
const token = (): string => randomBytes(32).toString('hex');

/** An apply of a rule, whose `cut` is given. */
const cutting = (rig: Rig, cut: unknown, more: Fields = {}): Promise<Fields> =>
  apply(rig, { rules: [rule('1')], cut, ...more });

describeRigs('the open connections of what an apply closes', (start) => {
  it('are told to be ended by state/get, and listed as OPNsense lists them', async () => {
    const rig = await start();
    rig.setStates(DB);
    expect((await get(rig)).cuts).toBe(true);
    const { body } = await send(rig, 'GET', 'connections');
    expect(body).toEqual({
      result: 'ok',
      connections: [
        {
          id: idOf(10),
          direction: 'in',
          proto: 'tcp',
          src_addr: '10.10.1.11',
          src_port: '50000',
          dst_addr: '10.10.2.9',
          dst_port: '5432',
          nat_addr: null,
          nat_port: null,
        },
        expect.objectContaining({ id: idOf(11), direction: 'out', src_port: '50000', dst_port: '5432' }),
      ],
    });
  });

  it('end with both states, and those of a neighbour and of another port do not', async () => {
    const rig = await start();
    rig.setStates(ALL);
    const answer = await cutting(rig, { apply: ways('10.10.1.11', '10.10.2.9'), undo: {} });
    expect(answer).toMatchObject({ result: 'applied', notes: ['Ended 1 open connection of what was closed.'] });
    expect(rig.states()).toEqual(both(20, 30).sort());
  });

  it('end at an undoing by what that closes, and are left while the change waits', async () => {
    const rig = await start();
    rig.setStates(ALL);
    const secret = token();
    const cut = { apply: {}, undo: ways('10.10.1.10-10.10.1.11', '10.10.2.9') };
    await cutting(rig, cut, { confirm_seconds: 60, token: secret });
    expect(rig.states()).toHaveLength(6);
    expect(await post(rig, 'rollback', { owner: 'home', token: secret })).toMatchObject({ result: 'rolled_back' });
    expect(rig.states()).toEqual(both(20, 30).sort());
  });

  it('end when nobody confirms and the firewall undoes the change by itself', async () => {
    const rig = await start();
    rig.setStates(ALL);
    const cut = { apply: {}, undo: ways('10.10.1.11', '10.10.2.9') };
    await cutting(rig, cut, { confirm_seconds: 1, token: token() });
    await expect.poll(() => rig.states(), { timeout: 30_000 }).toEqual(both(20, 30).sort());
    await expect
      .poll(async () => (await get(rig)).applies, { timeout: 30_000 })
      .toMatchObject([{ outcome: 'expired', notes: ['Ended 1 open connection of what was closed.'] }]);
  });

  it('stay at an undoing where somebody else has changed rules meanwhile', async () => {
    const rig = await start();
    rig.setStates(ALL);
    const secret = token();
    const cut = { apply: {}, undo: ways('10.10.1.11', '10.10.2.9') };
    await cutting(rig, cut, { confirm_seconds: 60, token: secret });
    rig.edit((text) => text.replace('</opnsense>', `<filter>${FOREIGN}</filter></opnsense>`));
    await post(rig, 'rollback', { owner: 'home', token: secret });
    expect(rig.states()).toHaveLength(6);
  });

  it('end at an undoing also where somebody else has saved something that is no rule', async () => {
    const rig = await start();
    rig.setStates(ALL);
    const secret = token();
    const cut = { apply: {}, undo: ways('10.10.1.11', '10.10.2.9') };
    await cutting(rig, cut, { confirm_seconds: 60, token: secret });
    rig.edit((text) => text.replace('<hostname>fw<', '<hostname>firewall<'));
    await post(rig, 'rollback', { owner: 'home', token: secret });
    expect(rig.states()).toEqual(both(20, 30).sort());
  });

  it('stay where nothing says that they end', async () => {
    const rig = await start();
    rig.setStates(ALL);
    await apply(rig, { rules: [rule('1')] });
    expect(rig.states()).toHaveLength(6);
  });

  it('never stop an apply: what cannot be listed is said', async () => {
    const rig = await start();
    rig.setStates(ALL);
    rig.loseStates();
    const answer = await cutting(rig, { apply: ways('10.10.1.11', '10.10.2.9'), undo: {} });
    expect(answer).toMatchObject({
      result: 'applied',
      notes: [
        'Whether the open connections of what was closed have ended is not known: the firewall did not list its states.',
      ],
    });
    expect((await send(rig, 'GET', 'connections')).body).toMatchObject({ result: 'failed' });
  });

  it.each<[string, SimPfState[], unknown, string[]]>([
    [
      'of udp by their port, and not of tcp',
      [...flow(10, 'udp', '10.10.1.11:50000', '10.10.2.9:53'), ...flow(20, 'tcp', '10.10.1.11:50000', '10.10.2.9:53')],
      ways('10.10.1.11', '10.10.2.9', [{ protocol: 'udp', numbers: [53, 53] }]),
      both(20),
    ],
    [
      'of ICMP by their type',
      [...[echo(10, 'in', 8), echo(11, 'out', 8)], ...[echo(20, 'in', 13), echo(21, 'out', 13)]],
      ways('10.10.1.11', '10.10.2.9', [{ protocol: 'icmp', numbers: [8, 8] }]),
      both(20),
    ],
    [
      'of every protocol but some',
      [...flow(10, 'esp', '10.10.1.11', '10.10.2.9'), ...flow(20, 'gre', '10.10.1.11', '10.10.2.9')],
      ways('10.10.1.11', '10.10.2.9', [
        { protocol: '*', except: ['tcp', 'udp', 'icmp', 'icmp6', 'gre'], numbers: [0, 0] },
      ]),
      both(20),
    ],
    [
      'by the port of the sender',
      [...flow(10, 'udp', '10.10.1.11:123', '10.10.2.9:123'), ...flow(20, 'udp', '10.10.1.11:50000', '10.10.2.9:123')],
      ways('10.10.1.11', '10.10.2.9', [{ protocol: 'udp', numbers: [123, 123], source_ports: [123, 123] }]),
      both(20),
    ],
    [
      'through a redirect by what was asked for and by where it led',
      [...published(10, '10.10.1.11', 8443), ...published(20, '10.10.1.12', 8443)],
      ways('198.51.100.7', '203.0.113.1', [
        { protocol: 'tcp', numbers: [443, 443], lands: { address: '10.10.1.11', port: 8443, shifts: false } },
      ]),
      both(20),
    ],
    [
      'through a redirect of a span of ports, which keeps its offsets',
      [...published(10, '10.10.1.11', 9003, 8003), ...published(20, '10.10.1.11', 9004, 8003)],
      ways('198.51.100.7', '203.0.113.1', [
        { protocol: 'tcp', numbers: [8000, 8010], lands: { address: '10.10.1.11', port: 9000, shifts: true } },
      ]),
      both(20),
    ],
    [
      'from behind a translation of the source',
      [
        plainState(10, 'in', 'tcp', at('10.10.1.11:50000'), at('198.51.100.7:443')),
        outOf(11, '10.10.1.11:50000', '203.0.113.1:61000', '198.51.100.7:443'),
        ...flow(20, 'tcp', '10.10.1.12:50000', '198.51.100.7:443'),
      ],
      ways('10.10.1.11', '198.51.100.7', [{ protocol: 'tcp', numbers: [443, 443] }]),
      both(20),
    ],
    [
      'of IPv6',
      [...flow(10, 'tcp', 'fd00:1::11:50000', 'fd00:2::9:80'), ...flow(20, 'tcp', 'fd00:1::12:50000', 'fd00:2::9:80')],
      {
        inet6: [
          {
            from: ['fd00:1:0:0:0:0:0:10-fd00:1:0:0:0:0:0:11'],
            groups: [{ to: ['fd00:2:0:0:0:0:0:9'], services: [{ protocol: 'tcp', numbers: [80, 80] }] }],
          },
        ],
      },
      both(20),
    ],
  ])('end %s', async (_name, states, apply, left) => {
    const rig = await start();
    rig.setStates(states);
    await cutting(rig, { apply, undo: {} });
    expect(rig.states()).toEqual([...left].sort());
  });

  it.each<[string, unknown]>([
    ['no object', 7],
    ['without an undo', { apply: {} }],
    ['with a family that there is not', { apply: { ipv4: [] }, undo: {} }],
    ['with an address of another family', { apply: ways('fd00::1', '10.10.2.9'), undo: {} }],
    ['with a span that is turned round', { apply: ways('10.10.1.9-10.10.1.1', '10.10.2.9'), undo: {} }],
    [
      'with a protocol that is none',
      { apply: ways('10.10.1.9', '10.10.2.9', [{ protocol: '"', numbers: [0, 0] }]), undo: {} },
    ],
    [
      'with ports that are none',
      { apply: ways('10.10.1.9', '10.10.2.9', [{ protocol: 'tcp', numbers: [5, 4] }]), undo: {} },
    ],
    ['with a field that there is not', { apply: {}, undo: {}, later: {} }],
  ])('are not looked at for a request %s', async (_name, cut) => {
    const rig = await start();
    rig.setStates(ALL);
    const before = rig.text();
    expect(await cutting(rig, cut)).toMatchObject({ result: 'refused', code: 'invalid' });
    expect(rig.states()).toHaveLength(6);
    expect(rig.text()).toBe(before);
  });
});

const FOREIGN =
  '<rule><type>pass</type><interface>opt1</interface><ipprotocol>inet</ipprotocol><descr>by hand</descr><source><any>1</any></source><destination><any>1</any></destination></rule>';

function echo(number: number, direction: 'in' | 'out', type: number): SimPfState {
  return plainState(number, direction, 'icmp', at('10.10.1.11:31337'), at(`10.10.2.9:${type}`));
}

function published(number: number, target: string, port: number, asked = 443): SimPfState[] {
  const from = at('198.51.100.7:61000');
  const inside = { from, to: { address: target, port } };
  return [
    { ...plainState(number, 'in', 'tcp', from, inside.to), wire: { from, to: at(`203.0.113.1:${asked}`) } },
    plainState(number + 1, 'out', 'tcp', from, inside.to),
  ];
}

/** The way out of a connection whose sender was given another address. */
function outOf(number: number, from: string, wire: string, to: string): SimPfState {
  return { ...plainState(number, 'out', 'tcp', at(from), at(to)), wire: { from: at(wire), to: at(to) } };
}
