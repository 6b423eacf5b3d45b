import { Slash32Error } from '../../../errors/slash32-error.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';
import type { StaticRow } from './leases.js';

const NAMED_AT_MOST = 5;

/**
 * Compares the static mappings of the downloaded configuration with those that the firewall reads from its live one:
 * the download is the newest backup, which a save without a backup leaves behind. Throws `S32_OBSERVED_STALE` that
 * names what differs. Returns a note when the comparison could not be made.
 */
export function refuseStale(root: XmlElement, rows: readonly StaticRow[], where: string): string | undefined {
  const sections = child(root, 'dhcpd')?.children ?? [];
  const enabled = sections.filter((section) => child(section, 'enable') !== undefined);
  const expected = enabled.flatMap(mappingsOf);
  if (rows.length === 0 && expected.length > 0 && enabled.some(breaksListing))
    return 'The live static mappings could not be compared with the newest backup: an empty <staticmap/> breaks the list of OPNsense.';
  const missing = difference(expected, rows);
  const extra = difference(rows, expected);
  if (missing.length === 0 && extra.length === 0) return undefined;
  throw new Slash32Error('S32_OBSERVED_STALE', {
    message: `The newest backup is not what the firewall runs on: ${describe(missing, extra)}.`,
    where,
  });
}

function mappingsOf(section: XmlElement): StaticRow[] {
  const maps = childrenNamed(section, 'staticmap');
  return maps
    .filter((map) => !isBlank(map))
    .map((map) => ({
      interface: section.name,
      mac: textOf(map, 'mac'),
      address: textOf(map, 'ipaddr'),
      hostname: textOf(map, 'hostname'),
      description: textOf(map, 'descr'),
    }));
}

/** A second, empty map makes the PHP that lists the maps fail, and the list is empty then. */
function breaksListing(section: XmlElement): boolean {
  const maps = childrenNamed(section, 'staticmap');
  return maps.length > 1 && maps.some(isBlank);
}

function difference(left: readonly StaticRow[], right: readonly StaticRow[]): StaticRow[] {
  const counts = new Map<string, number>();
  for (const row of right) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return left.filter((row) => {
    const count = counts.get(keyOf(row)) ?? 0;
    counts.set(keyOf(row), count - 1);
    return count <= 0;
  });
}

function describe(missing: readonly StaticRow[], extra: readonly StaticRow[]): string {
  const parts = [
    ...missing.map((row) => `only in the backup ${name(row)}`),
    ...extra.map((row) => `only in force ${name(row)}`),
  ];
  const shown = parts.slice(0, NAMED_AT_MOST).join('; ');
  return parts.length > NAMED_AT_MOST ? `${shown}; and ${parts.length - NAMED_AT_MOST} more` : shown;
}

function name(row: StaticRow): string {
  return `${row.interface} ${row.mac || '(no MAC)'} ${row.address || '(no address)'} "${row.hostname}"`;
}

function keyOf(row: StaticRow): string {
  return JSON.stringify(
    [row.interface, row.mac, row.address, row.hostname, row.description].map((text) => text.trim()),
  );
}

function isBlank(map: XmlElement): boolean {
  return map.children.length === 0 && map.text.trim() === '';
}
