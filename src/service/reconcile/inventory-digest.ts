import { createHash } from 'node:crypto';
import type { Inventory } from '../../model/instance.js';

/**
 * SHA-256 over what plans depend on in an inventory: which instances there are, their identities, NICs, MACs, networks and
 * pins. Whether one runs makes no difference to a plan, and none here; neither does the order.
 */
export function inventoryDigest(inventory: Inventory): string {
  const lines = inventory.instances.map(({ project, name, uuid, ignored, pinnedAddress, nics, hostAsks }) =>
    JSON.stringify([
      project,
      name,
      uuid ?? null,
      ignored,
      pinnedAddress ?? null,
      nics
        .map((nic) => [
          nic.name,
          nic.network,
          nic.mac ?? null,
          nic.isolated,
          nic.pinnedAddress ?? null,
          // Said only where there is something, so that a hold of an older version stands.
          ...(nic.filters?.ipv4 === true ? [{ ipv4: nic.filters.ipv4Address ?? null }] : []),
          ...(nic.vlans === undefined ? [] : [nic.vlans]),
        ])
        .sort(([left], [right]) => String(left).localeCompare(String(right))),
      ...(hostAsks === true ? ['host asks'] : []),
    ]),
  );
  return createHash('sha256').update(JSON.stringify(lines.sort())).digest('hex');
}
