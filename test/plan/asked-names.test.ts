import { describe, expect, it } from 'vitest';
import { instancesNamed, namedInFull, refuseUnknown } from '../../src/plan/asked-names.js';
import { entry, instance, inventory, observed, state } from './build.js';

const KNOWN = {
  instances: new Set(['default/proxy', 'edge/proxy', 'default/web', 'web/eth0']),
  nics: new Set(['default/proxy/eth0', 'edge/proxy/eth0', 'edge/proxy/eth1', 'default/web/eth0', 'web/eth0/eth0']),
};

describe('a name as people write it', () => {
  it.each<[string, string, readonly string[]]>([
    ['an instance in full', 'edge/proxy', ['edge/proxy']],
    ['a NIC in full', 'edge/proxy/eth1', ['edge/proxy/eth1']],
    ['the only instance of that name', 'web', ['default/web']],
    ['every instance of that name, the default project too', 'proxy', ['default/proxy', 'edge/proxy']],
    ['the only NIC of that name', 'proxy/eth1', ['edge/proxy/eth1']],
    ['every NIC of that name', 'proxy/eth0', ['default/proxy/eth0', 'edge/proxy/eth0']],
    ['an instance rather than a NIC of the same letters', 'web/eth0', ['web/eth0']],
    ['nobody', 'wep', []],
    ['nobody by the end of a name', 'roxy', []],
    ['nobody by a NIC alone', 'eth1', []],
  ])('means %s: %s', (_, word, meaning) => {
    expect(instancesNamed(word, KNOWN)).toEqual(meaning);
  });
});

describe('a filter', () => {
  const seen = inventory([instance('web'), instance('web', { project: 'shop' }), instance('db', { project: 'shop' })]);
  const ours = entry({ description: 'gone [slash32:home:old/gone/eth0:00000001]' });
  const theirs = entry({ description: 'theirs [slash32:away:old/theirs/eth0:00000001]' }, 1);
  const firewall = observed({ segments: [state('opt3', { reservations: [ours, theirs] })] });
  const full = (name: string) => namedInFull({ segments: [], instances: [name] }, 'home', seen, firewall).instances;

  it('names in full who is there, and whom only a reservation of ours is for', () => {
    expect(['db', 'db/eth0', 'shop/web', 'gone'].flatMap(full)).toEqual([
      'shop/db',
      'shop/db/eth0',
      'shop/web',
      'old/gone',
    ]);
  });

  it.each<[string, string, string]>([
    ['an ambiguous instance', 'web', 'Name one of them: default/web, shop/web.'],
    ['an ambiguous NIC', 'web/eth0', 'Name one of them: default/web/eth0, shop/web/eth0.'],
    ['a misspelt one', 'shop/dbb', 'Did you mean shop/db'],
    ['one of another owner', 'old/theirs', 'there is default/web, old/gone, shop/db, shop/web'],
  ])('refuses %s and says what it could mean', (_, name, hint) => {
    expect(() => full(name)).toThrow(
      expect.objectContaining({ code: 'S32_NO_MATCH', hint: expect.stringContaining(hint) }),
    );
  });

  it('refuses a segment or a project that is not known', () => {
    const asked = () => refuseUnknown('segment', ['servers', 'severs'], ['edge', 'servers']);
    expect(asked).toThrow(expect.objectContaining({ code: 'S32_NO_MATCH', hint: 'Did you mean servers?' }));
    expect(() => refuseUnknown('project', [], [])).not.toThrow();
  });
});
