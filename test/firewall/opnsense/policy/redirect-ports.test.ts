import { describe, expect, it } from 'vitest';
import { readRedirectFields } from '../../../../src/firewall/opnsense/policy/redirect-fields.js';
import { readRedirectRows } from '../../../../src/firewall/opnsense/rules/redirects.js';

const FIELDS: Readonly<Record<string, string>> = {
  interface: 'wan',
  ipprotocol: 'inet',
  protocol: 'tcp',
  'source.network': 'any',
  'destination.network': 'wanip',
  'destination.port': '443',
  target: '10.1.0.20',
  'local-port': '443',
  natreflection: 'disable',
  descr: 'site [slash32:home:nat/site]',
};

function read(over: Readonly<Record<string, string>>) {
  const fields = { ...FIELDS, ...over };
  return readRedirectFields((name) => fields[name] ?? '');
}

describe('a redirect of ours on the firewall', () => {
  it('is as declared with numbers, and without a local port, which is the same one then', () => {
    expect(read({})).toMatchObject({ entry: { targetPort: 443 }, odd: [] });
    expect(read({ 'local-port': '' })).toMatchObject({ entry: { targetPort: 443 }, odd: [] });
  });

  it.each([
    [{ 'local-port': 'ssh' }, 'local-port ssh'],
    [{ 'local-port': 'some_alias' }, 'local-port some_alias'],
    [{ 'destination.port': 'ssh' }, 'destination port ssh'],
  ])('is not as declared where somebody wrote a name into it: %o', (over, odd) => {
    expect(read(over).odd).toEqual([odd]);
  });
});

describe('the rows of destination NAT on the newest core', () => {
  const AUTOMATIC = {
    uuid: 'automatic_core_1',
    ipprotocol: '',
    protocol: 'tcp',
    disabled: '0',
    nordr: '1',
    interface: 'lan',
    'source.network': '',
    'destination.network': 'lanip',
    'destination.port': 'https',
    target: '',
    'local-port': '',
    natreflection: '',
    descr: 'Anti-Lockout Rule',
    is_automatic: true,
    ref: '',
    sort_order: '100000.0000001',
    prio_group: '100000',
  };
  const OURS = {
    ...FIELDS,
    uuid: 'b2d7',
    disabled: '0',
    sequence: '1',
    sort_order: '600000.0000001',
    prio_group: '600000',
  };

  it('that OPNsense adds by itself come first, whatever the order of the answer, and are nobody’s', () => {
    const drafts = readRedirectRows([OURS, AUTOMATIC]);
    expect(drafts.map(({ id, origin, exempt }) => [id, origin, exempt])).toEqual([
      ['automatic_core_1', 'automatic', true],
      ['b2d7', 'foreign', false],
    ]);
    expect(drafts[0]).toMatchObject({ source: { net: 'any' }, destination: { net: 'lanip', port: 'https' } });
  });
});
