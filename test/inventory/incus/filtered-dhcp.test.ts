import { describe, expect, it } from 'vitest';
import { filteredDhcpOf } from '../../../src/inventory/incus/filtered-dhcp.js';

describe('whether a NIC with ipv4_filtering gets a lease from a DHCP server beyond the host', () => {
  it.each([
    ['0.7', false],
    ['6.0.4', false],
    ['6.0.9', false],
    ['6.23', false],
    ['7.0.0', false],
    ['7.0.1', false],
    ['7.0', false],
    ['7.0.2', true],
    ['7.0.10', true],
    ['7.1', false],
    ['7.3.0', false],
    ['7.4', true],
    ['8.0.0', true],
    ['7.0.2-0debian1', true],
  ])('Incus %s: %s', (version, reaches) => {
    expect(filteredDhcpOf(version)).toMatchObject({ reaches, by: `Incus ${version}` });
  });

  it.each(['unknown', '', 'v7'])('%j is not known', (version) => {
    expect(filteredDhcpOf(version)).toBeUndefined();
  });
});
