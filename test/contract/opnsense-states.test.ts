import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { connectionsOf } from '../../src/firewall/opnsense/http/states.js';
import type { ConnectionEnd } from '../../src/model/connections.js';
import { stateRows } from '../../src/sim/opnsense/pf/list.js';

/** What `pfctl -vvs state` prints, and what OPNsense's own filter/lib/states.py of 25.7 to 26.7.2 made of it. */
const read = (name: string): string =>
  readFileSync(new URL(`../fixtures/opnsense/states/${name}`, import.meta.url), 'utf8');
const ROWS = JSON.parse(read('rows.json')) as Record<string, unknown>[];

describe("OPNsense's own list of states", () => {
  it('is what the simulated firewall makes of the same text', () => {
    expect(stateRows(read('pfctl.txt'))).toEqual(ROWS);
  });

  it('is read whole, also without the number of the rule, which newer versions do not tell', () => {
    const newer = ROWS.map(({ rule: _rule, ...row }) => row);
    expect(connectionsOf(newer)).toEqual(connectionsOf(ROWS));
    expect(connectionsOf(ROWS)).toMatchObject({ unread: 1, connections: { length: ROWS.length - 1 } });
  });

  it.each<[string, number, string, string, string, string]>([
    ['what came in', 1, 'in tcp', '10.10.1.11:50000', '10.10.2.9:5432', '10.10.2.9:5432'],
    ['what goes out', 2, 'out tcp', '10.10.1.11:50000', '10.10.2.9:5432', '10.10.2.9:5432'],
    ['what came in by a redirect', 3, 'in tcp', '198.51.100.7:61000', '203.0.113.1:443', '10.10.1.11:8443'],
    ['what goes out from another address', 4, 'out tcp', '10.10.1.11:50001', '198.51.100.7:443', '198.51.100.7:443'],
    ['UDP', 5, 'in udp', '10.10.1.11:40000', '10.10.2.9:53', '10.10.2.9:53'],
    ['ICMP with its type', 6, 'in icmp', '10.10.1.11:0', '10.10.2.9:8', '10.10.2.9:8'],
    ['ICMP of IPv6', 7, 'in ipv6-icmp', 'fd00:1::11:0', 'fd00:2::9:128', 'fd00:2::9:128'],
    ['IPv6', 8, 'in tcp', 'fd00:1::11:50000', 'fd00:2::9:80', 'fd00:2::9:80'],
    ['a redirect of IPv6', 9, 'in tcp', '2001:db8:7::7:61000', '2001:db8::1:443', 'fd00:1::11:8443'],
    ['a protocol without ports', 10, 'in esp', '10.10.1.11:0', '10.10.2.9:0', '10.10.2.9:0'],
    ['a state of one interface', 11, 'in tcp', '10.10.1.11:50002', '10.10.2.9:5432', '10.10.2.9:5432'],
    ['ICMP as older ones keep it, by its identifier', 12, 'out icmp', '10.10.1.11:0', '10.10.2.9:8', '10.10.2.9:8'],
  ])('gives %s', (_name, number, what, from, asked, to) => {
    const { connections } = connectionsOf(ROWS);
    const found = connections.find((one) => one.id === `0100000065${number.toString(16).padStart(6, '0')}/5ca1ab1e`);
    const text = ({ address, port }: ConnectionEnd): string => `${address}:${port}`;
    if (found === undefined) throw new Error(`no state ${number}`);
    const said = [`${found.direction} ${found.protocol}`, text(found.from), text(found.asked), text(found.to)];
    expect(said).toEqual([what, from, asked, to]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['without an id', { id: undefined }],
    ['with an id that is none', { id: '../../x/1' }],
    ['with an address that is none', { src_addr: '(10.0.0.1' }],
    ['with a port that is none', { dst_port: 'x' }],
    ['with an other address that is none', { nat_addr: 'x', nat_port: '1' }],
  ])('is not read where a row is %s', (_name, over) => {
    expect(connectionsOf([{ ...ROWS[0], ...over }, null, 'x'])).toEqual({ connections: [], unread: 3 });
  });
});
