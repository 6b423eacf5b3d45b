import { createHash } from 'node:crypto';
import type { Inventory } from '../../model/instance.js';

/**
 * SHA-256 over what plans depend on in an inventory: which instances there are, their identities, NICs, MACs, networks and
 * pins. Whether one runs makes no difference to a plan, and none here; neither does the order.
 */
export function inventoryDigest(inventory: Inventory): string {
  const lines = inventory.instances.map(({ project, name, uuid, ignored, pinnedAddress, nics }) =>
    JSON.stringify([
      project,
      name,
      uuid ?? null,
      ignored,
      pinnedAddress ?? null,
      nics
        .map((nic) => [nic.name, nic.network, nic.mac ?? null, nic.isolated, nic.pinnedAddress ?? null])
        .sort(([left], [right]) => String(left).localeCompare(String(right))),
    ]),
  );
  return createHash('sha256').update(JSON.stringify(lines.sort())).digest('hex');
}
