import { describe, expect, it } from 'vitest';
import { readPortSpec } from '../../../src/policy/language/ports.js';
import { isReservedName, readSelector } from '../../../src/policy/language/selectors.js';

describe('a port', () => {
  it.each([
    ['tcp/443', { protocol: 'tcp', ports: { from: 443, to: 443 } }],
    ['UDP/8000-8100', { protocol: 'udp', ports: { from: 8000, to: 8100 } }],
    ['tcp/1-65535', { protocol: 'tcp', ports: { from: 1, to: 65535 } }],
    ['tcp', { protocol: 'tcp', ports: undefined }],
    ['icmp', { protocol: 'icmp', icmpType: undefined }],
    ['icmp/echo-request', { protocol: 'icmp', icmpType: 8 }],
    ['icmp/0', { protocol: 'icmp', icmpType: 0 }],
    ['esp', { protocol: 'esp' }],
    ['any', { protocol: 'any' }],
  ])('is read from %s', (text, value) => {
    expect(readPortSpec(text)).toMatchObject({ ok: true, value: { ...value, text: text.toLowerCase() } });
  });

  it.each([
    ['443', 'tcp/443 or udp/443'],
    ['https', 'Write tcp/443'],
    ['tcp/0', '1 to 65535'],
    ['tcp/65536', '1 to 65535'],
    ['tcp/443-80', '1 to 65535'],
    ['tcp/443/80', 'protocol/port'],
    ['tcp/', '1 to 65535'],
    ['icmp/256', 'Types are'],
    ['icmp/constructor', 'Types are'],
    ['icmp6', 'Write icmp'],
    ['gre/1', 'Write gre'],
    ['toString', 'Write for example'],
  ])('is not read from %s, with what to write', (text, hint) => {
    expect(readPortSpec(text)).toMatchObject({ ok: false, hint: expect.stringContaining(hint) });
  });
});

describe('a name', () => {
  it.each([
    ['any', { kind: 'any' }],
    ['internet', { kind: 'internet' }],
    ['firewall', { kind: 'firewall' }],
    ['web', { kind: 'group', group: 'web' }],
    ['group:web', { kind: 'group', group: 'web' }],
    ['tag:web', { kind: 'tag', tag: 'web' }],
    ['segment:servers', { kind: 'segment', segment: 'servers' }],
    ['project:default', { kind: 'project', project: 'default' }],
    ['edge/proxy', { kind: 'instances', pattern: 'edge/proxy' }],
    ['edge/proxy/eth1', { kind: 'instances', pattern: 'edge/proxy/eth1' }],
    ['*/web-*', { kind: 'instances', pattern: '*/web-*' }],
    ['10.0.0.0/8', { kind: 'network', network: '10.0.0.0/8' }],
    ['10.2.0.9/32', { kind: 'network', network: '10.2.0.9' }],
    [' 10.2.0.9 ', { kind: 'network', network: '10.2.0.9' }],
  ])('is read from %s', (text, value) => {
    expect(readSelector(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['', 'Write a group'],
    ['*', 'Write any'],
    ['tag:Web', 'a-z'],
    ['tag:', 'a-z'],
    ['project:a/b', 'project:default'],
    ['segment:', 'segment:servers'],
    ['fd00::1', 'IPv6'],
    ['10.0.0.0/33', '10.0.0.0/8'],
    ['10.0.0.1/8', '10.0.0.0/8 for the network, or 10.0.0.1'],
    ['10.0.0.1-10.0.0.9', '10.2.0.8/30'],
    ['0.0.0.0/0', 'Write any'],
    ['a/b/c/d', 'project/instance'],
    ['-x', 'Write a group'],
  ])('is not read from %j, with what to write', (text, hint) => {
    expect(readSelector(text)).toMatchObject({ ok: false, hint: expect.stringContaining(hint) });
  });

  it.each(['any', 'Internet', 'FIREWALL', 'all', 'self'])('that means something else already: %s', (name) => {
    expect(isReservedName(name)).toBe(true);
    expect(isReservedName('web')).toBe(false);
  });
});
