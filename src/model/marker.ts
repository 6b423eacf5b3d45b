/**
 * The ownership marker at the end of a reservation's description:
 * `nextcloud [slash32:home:default/nextcloud/eth0:a2432d30]`, then optional fields (`:retired=…`, `:adopted`, `:host=…`).
 * `home` is the owner, `a2432d30` the first eight digits of the instance's uuid (empty when it has none).
 * Parts are percent-encoded outside `A-Za-z0-9._~-`, so that no name can forge a marker.
 */

/** Who owns a reservation and which NIC it is for. */
export interface Marker {
  readonly owner: string;
  readonly project: string;
  readonly instance: string;
  readonly nic: string;
  /** First eight hexadecimal digits of the instance's uuid; empty when unknown. */
  readonly uuid: string;
  /** ISO 8601 second in UTC at which its instance was first missed; undefined while the instance is there. */
  readonly retiredAt: string | undefined;
  /** Whether the reservation was foreign before; giving everything back then means handing it over, not deleting it. */
  readonly adopted: boolean;
  /** Hostname kept from the foreign reservation that was adopted; undefined when the hostname follows the instance. */
  readonly keptHostname: string | undefined;
}

const UUID_PART = /^[0-9a-f]{8}$/;
const MARKER = /^(?<text>[\s\S]*?)\s*\[slash32:(?<owner>[^:\]\s]+):(?<path>[^:\]\s]+)(?<rest>(?::[^:\]\s]*)*)\]\s*$/;

/** Splits a description into the text before the marker and the marker; the marker is undefined when there is none. */
export function parseDescription(description: string): { readonly text: string; readonly marker: Marker | undefined } {
  if (!description.includes('[slash32:')) return { text: description.trim(), marker: undefined };
  const groups = MARKER.exec(description)?.groups;
  const path = groups?.path?.split('/').map(decode);
  const owner = groups?.owner === undefined ? undefined : decode(groups.owner);
  const [project, instance, nic, extra] = path ?? [];
  if (
    owner === undefined ||
    project === undefined ||
    instance === undefined ||
    nic === undefined ||
    extra !== undefined
  )
    return { text: description.trim(), marker: undefined };
  const rest = (groups?.rest ?? '').split(':').slice(1);
  return {
    text: (groups?.text ?? '').trim(),
    marker: {
      owner,
      project,
      instance,
      nic,
      uuid: rest[0] !== undefined && /^[0-9a-f]{8}$/.test(rest[0]) ? rest[0] : '',
      retiredAt: parseInstant(field(rest, 'retired')),
      adopted: rest.includes('adopted'),
      keptHostname: field(rest, 'host'),
    },
  };
}

/** The description of an owned reservation: `text`, a blank, the marker. The inverse of {@link parseDescription}. */
export function formatDescription(text: string, marker: Marker): string {
  const path = [marker.project, marker.instance, marker.nic].map(encode).join('/');
  const fields = [`slash32:${encode(marker.owner)}`, path, marker.uuid];
  if (marker.retiredAt !== undefined) fields.push(`retired=${compactInstant(marker.retiredAt)}`);
  if (marker.adopted) fields.push('adopted');
  if (marker.keptHostname !== undefined) fields.push(`host=${encode(marker.keptHostname)}`);
  return `${text} [${fields.join(':')}]`.trimStart();
}

/** `project/name/nic` of a marker. */
export function markerName(marker: Marker): string {
  return `${marker.project}/${marker.instance}/${marker.nic}`;
}

/**
 * The part that a marker carries for an instance's identity: the first eight digits of a uuid, a sum of eight digits for any other word;
 * empty for none.
 */
export function uuidPart(uuid: string | undefined): string {
  if (uuid === undefined || uuid === '') return '';
  const start = uuid.slice(0, 8);
  if (UUID_PART.test(start)) return start;
  const digits = uuid.replaceAll('-', '').slice(0, 8).toLowerCase();
  return UUID_PART.test(digits) ? digits : sumOf(uuid);
}

/** FNV-1a, 32 bits (draft-eastlake-fnv). */
function sumOf(text: string): string {
  let sum = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) sum = Math.imul(sum ^ byte, 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, '0');
}

function field(fields: readonly string[], key: string): string | undefined {
  const found = fields.find((part) => part.startsWith(`${key}=`));
  return found === undefined ? undefined : decode(found.slice(key.length + 1));
}

function encode(part: string): string {
  return encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** `2026-11-22T03:00:00Z` without its colons, which separate the marker's fields. */
function compactInstant(instant: string): string {
  return instant.replace(/\.\d+/, '').replaceAll(':', '');
}

function parseInstant(compact: string | undefined): string | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d)(\d\d)(\d\d)Z$/.exec(compact ?? '');
  if (!match) return undefined;
  const instant = `${match[1]}:${match[2]}:${match[3]}Z`;
  return Number.isNaN(Date.parse(instant)) ? undefined : instant;
}
