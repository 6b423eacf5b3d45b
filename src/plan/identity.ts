import { markerName, uuidPart } from '../model/marker.js';
import type { OwnedEntry, SegmentNic } from './entries.js';

/**
 * What makes a NIC and an entry belong together. A person who may edit an instance chooses its uuid, its MAC and its
 * name as he likes, but not its project: inside one project one sign is enough, across projects it takes two.
 */

/** The uuid of an instance, inside its project. */
export function instanceUuid({ instance }: SegmentNic): string | undefined {
  const uuid = uuidPart(instance.uuid);
  return uuid === '' ? undefined : `instance ${uuid} ${instance.project}`;
}

/** The same of an entry. */
export function entryInstanceUuid({ marker }: OwnedEntry): string | undefined {
  return marker.uuid === '' ? undefined : `instance ${marker.uuid} ${marker.project}`;
}

/** The uuid of an instance and the name of the NIC, inside the instance's project. */
export function projectUuid(nic: SegmentNic): string | undefined {
  const uuid = uuidPart(nic.instance.uuid);
  return uuid === '' ? undefined : `uuid ${uuid}/${nic.nic.name} ${nic.instance.project}`;
}

/** The same of an entry. */
export function entryProjectUuid({ marker }: OwnedEntry): string | undefined {
  return marker.uuid === '' ? undefined : `uuid ${marker.uuid}/${marker.nic} ${marker.project}`;
}

/** The uuid of an instance, the name of the NIC and its MAC, whatever the project. */
export function movedUuid({ instance, nic }: SegmentNic): string | undefined {
  const uuid = uuidPart(instance.uuid);
  return uuid === '' || nic.mac === undefined ? undefined : `moved ${uuid}/${nic.name} ${nic.mac}`;
}

/** The same of an entry. */
export function entryMovedUuid({ marker, entry }: OwnedEntry): string | undefined {
  return marker.uuid === '' || entry.mac === undefined ? undefined : `moved ${marker.uuid}/${marker.nic} ${entry.mac}`;
}

/** Keys under which an entry of a NIC may be found elsewhere. */
export function identityKeys(nic: SegmentNic): string[] {
  return [`name ${nic.id}`, projectUuid(nic), movedUuid(nic)].filter((key) => key !== undefined);
}

/** Keys under which an entry's NIC may be found elsewhere: by the uuid, and by the name only where no uuid was noted. */
export function entryIdentityKeys(own: OwnedEntry): string[] {
  if (own.marker.uuid === '') return [`name ${markerName(own.marker)}`];
  return [entryProjectUuid(own), entryMovedUuid(own)].filter((key) => key !== undefined);
}
