import { type Instance, type Inventory, placeOnBridge } from '../model/instance.js';
import { uuidPart } from '../model/marker.js';
import { groundText } from '../model/standing-place.js';
import { placeText } from './bridge.js';
import type { OwnedEntry } from './entries.js';

/** Whether the NIC of an entry on an untagged segment is there and stands on a VLAN of its bridge. */
export function isOnVlan({ marker, segment }: OwnedEntry, inventory: Inventory): boolean {
  const instance = inventory.instances.find((one) => isMeant(one, marker));
  const nic = instance?.nics.find((one) => one.name === marker.nic);
  if (nic === undefined || segment.vlan !== undefined) return false;
  return nic.network === segment.network && placeOnBridge(nic) === 'elsewhere';
}

/** Where the NIC of an entry went that no NIC of any segment is, as a clause: its instance may be there still. */
export function whereabouts({ marker, segment }: OwnedEntry, inventory: Inventory): string {
  const instance = inventory.instances.find((one) => isMeant(one, marker));
  if (instance === undefined) return 'its instance is gone';
  const { nic: name } = marker;
  const nic = instance.nics.find((one) => one.name === name);
  const side = instance.sideNics?.find((one) => one.name === name);
  if (side !== undefined) return `its NIC ${name} is of the kind ${side.kind} now`;
  if (nic === undefined) return `its instance has no NIC ${name} on a bridge any more`;
  if (placeOnBridge(nic) === 'elsewhere' || (nic.network === segment.network && segment.vlan !== undefined)) {
    const here = segment.vlan === undefined ? 'the untagged segment' : groundText(segment);
    return `its NIC ${name} stands on ${placeText(nic.vlans)} of ${nic.network} now, not on ${here}`;
  }
  if (nic.network !== segment.network) return `its NIC ${name} stands on ${nic.network} now, which is no segment`;
  return `its NIC ${name} is another one now`;
}

function isMeant(instance: Instance, marker: OwnedEntry['marker']): boolean {
  if (instance.project !== marker.project) return false;
  return marker.uuid === '' ? instance.name === marker.instance : uuidPart(instance.uuid) === marker.uuid;
}
