import { describe, expect, it } from 'vitest';
import type { Redirect } from '../../../src/model/rules.js';
import { takenRedirects } from '../../../src/policy/compile/taken.js';
import type { CompiledRedirect } from '../../../src/policy/compile/types.js';
import { end, redirect, ruleSet } from '../evaluate/builders.js';

const AT_WAN = end({ kind: 'interface-address' as const, interface: 'wan' });
const WANTED: CompiledRedirect = {
  key: 'nat/site',
  place: undefined,
  what: 'publish site',
  entry: {
    interface: 'wan',
    protocol: 'tcp',
    destination: AT_WAN,
    ports: { from: 443, to: 444 },
    target: '10.0.2.9',
    targetPort: 8443,
    log: false,
    description: 'publish site [slash32:home:nat/site]',
  },
};
const ports = (from: number, to = from) => [{ kind: 'ports' as const, from, to }];
const HIS: Partial<Redirect> = {
  interfaces: ['wan'],
  protocols: ['tcp'],
  destination: AT_WAN,
  destinationPorts: ports(443),
  description: 'his',
};

function reason(other: Partial<Redirect>, isOurs = false): string | undefined {
  const set = ruleSet({
    redirects: [redirect('other', { ...HIS, ...other })],
    groups: [{ id: 'outside', members: ['wan'] }],
  });
  return takenRedirects([WANTED], set, () => isOurs).get('nat/site');
}

describe('packets of a publish', () => {
  it.each<[string, Partial<Redirect>]>([
    ['of the same port', {}],
    ['of a span with it', { destinationPorts: ports(400, 443) }],
    ['of every port', { destinationPorts: [] }],
    ['of ports that an alias names', { destinationPorts: [{ kind: 'alias', name: 'web' }] }],
    ['of every protocol', { protocols: [] }],
    ['on every interface', { interfaces: [] }],
    ['on a group of interfaces', { interfaces: ['outside'] }],
    ['on all but another interface', { interfaces: ['a'], interfacesNot: true }],
    ['at the address itself', { destination: end({ kind: 'addresses', span: '203.0.113.1' }) }],
    ['at an alias', { destination: end({ kind: 'alias', name: 'x' }) }],
    ['at everything but another address', { destination: end({ kind: 'addresses', span: '10.0.0.1' }, true) }],
    ['at every address', { destination: end({ kind: 'any' }) }],
  ])('are taken by a redirect %s', (_what, other) => {
    expect(reason(other)).toBe('the destination NAT "his" of somebody else takes these packets');
  });

  it('are kept from being redirected by an exemption', () => {
    expect(reason({ action: 'exempt' })).toContain('keeps these packets from being redirected');
  });

  it('are kept by the firewall for its own administration', () => {
    expect(reason({ origin: 'automatic', action: 'exempt' })).toBe(
      'the firewall keeps these packets for its own administration and redirects them nowhere',
    );
  });

  it.each<[string, Partial<Redirect>]>([
    ['that the firewall makes of another one', { origin: 'automatic' }],
    ['that is off', { enabled: false }],
    ['of another port', { destinationPorts: ports(445) }],
    ['of another protocol', { protocols: ['udp'] }],
    ['on another interface', { interfaces: ['a'] }],
    ['at an address that is not there', { destination: end({ kind: 'addresses', span: '203.0.113.77' }) }],
    ['at another interface', { destination: end({ kind: 'interface-address', interface: 'a' }) }],
  ])('are not taken by a redirect %s', (_what, other) => {
    expect(reason(other)).toBeUndefined();
  });

  it('are not taken by one of ours', () => {
    expect(reason({}, true)).toBeUndefined();
  });
});
