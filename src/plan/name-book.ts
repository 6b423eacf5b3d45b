import type { Observed } from '../model/firewall.js';
import type { Segment } from '../model/segment.js';
import type { Entries, OwnedEntry, SegmentNic } from './entries.js';
import type { Matches } from './match.js';
import { shownAddress } from './names.js';

/**
 * Who stands behind which hostname on the whole firewall. DNS makes one name of what DHCP keeps apart by interface, and
 * clients trust it: a name that stands for somebody is nobody else's.
 */
export interface NameBook {
  /** Who has the name beyond the NIC's own segment, for people; undefined where it is free for this NIC. */
  holder(name: string, nic: SegmentNic): string | undefined;
  /** Of those, the one before whom a NIC has to give way that has the name now: whoever is not ours, or comes first. */
  elder(name: string, nic: SegmentNic): string | undefined;
}

/** Names for which clients ask by themselves, trusting whoever answers (RFC 6761, WPAD, RFC 5214), and those of hosts files. */
export const RESERVED_NAMES: readonly string[] = [
  'broadcasthost',
  'ip6-allhosts',
  'ip6-allnodes',
  'ip6-allrouters',
  'ip6-localhost',
  'ip6-localnet',
  'ip6-loopback',
  'ip6-mcastprefix',
  'isatap',
  'localdomain',
  'localhost',
  'wpad',
];

interface Line {
  readonly holder: string;
  /** Where it stands; undefined for a name that is no reservation. */
  readonly interface?: string;
  /** Whose it is, where it is ours. */
  readonly own?: OwnedEntry;
  /** The NIC that has it now. */
  readonly nic?: SegmentNic;
}

/** What the book is made of. */
export interface NameSources {
  readonly observed: Observed;
  readonly segments: readonly Segment[];
  readonly entries: ReadonlyMap<Segment, Entries>;
  readonly matches: Matches;
}

/** Opens the book; `given` are the names that this plan has given so far, in small letters, with the NIC's id. Pure. */
export function openNameBook(sources: NameSources, given: ReadonlyMap<string, string>): NameBook {
  const lines = linesOf(sources);
  const rank = rankOf(sources.segments);
  const others = (name: string, nic: SegmentNic): Line[] =>
    (lines.get(name.toLowerCase()) ?? []).filter(
      (line) =>
        line.interface !== nic.segment.interface &&
        line.nic !== nic &&
        !(line.nic === undefined && isOf(line.own, nic)),
    );
  return {
    holder(name, nic) {
      const [standing] = others(name, nic);
      const receiver = given.get(name.toLowerCase());
      return standing?.holder ?? (receiver === nic.id ? undefined : receiver);
    },
    elder: (name, nic) =>
      others(name, nic).find((line) => line.nic === undefined || rank(line.nic) < rank(nic))?.holder,
  };
}

function linesOf({ observed, entries, matches }: NameSources): Map<string, Line[]> {
  const lines = new Map<string, Line[]>();
  const write = (name: string | undefined, line: Line): void => {
    if (name === undefined || name === '') return;
    const key = name.toLowerCase();
    const standing = lines.get(key);
    if (standing === undefined) lines.set(key, [line]);
    else standing.push(line);
  };
  for (const name of RESERVED_NAMES) write(name, { holder: 'something that clients ask for by themselves' });
  for (const { name, holder } of observed.names ?? []) write(name, { holder });
  const nics = new Map([...matches.byNic].map(([nic, own]) => [own, nic]));
  const ours = new Map([...entries.values()].flatMap(({ owned }) => owned.map((own) => [own.entry, own] as const)));
  for (const state of observed.segments)
    for (const entry of state.reservations) {
      const own = ours.get(entry);
      const nic = own && nics.get(own);
      const whose = own === undefined ? ', not ours' : '';
      const holder = nic?.id ?? `${shownAddress(entry)} on ${state.interface}${whose}`;
      write(entry.hostname, {
        holder,
        interface: state.interface,
        ...(own === undefined ? {} : { own }),
        ...(nic === undefined ? {} : { nic }),
      });
    }
  return lines;
}

/** Whether an entry is what a NIC's own instance left behind on another segment. */
function isOf(own: OwnedEntry | undefined, { instance }: SegmentNic): boolean {
  return own !== undefined && own.marker.project === instance.project && own.marker.instance === instance.name;
}

/** The default project first, then segments as they are declared, then the NIC's id. */
function rankOf(segments: readonly Segment[]): (nic: SegmentNic) => string {
  const places = new Map(segments.map((segment, index) => [segment, String(index).padStart(6, '0')]));
  return ({ instance, segment, id }) => `${instance.project === 'default' ? 0 : 1} ${places.get(segment) ?? ''} ${id}`;
}
