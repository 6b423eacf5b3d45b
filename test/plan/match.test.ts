import { describe, expect, it } from 'vitest';
import { formatDescription, uuidPart } from '../../src/model/marker.js';
import type { Segment } from '../../src/model/segment.js';
import { type SegmentNic, segmentNics, splitEntries } from '../../src/plan/entries.js';
import { matchEntries } from '../../src/plan/match.js';
import { entry, instance, nic, settings, state } from './build.js';

const U = 'aaaaaaaa-0000-4000-8000-000000000000';
const V = 'bbbbbbbb-0000-4000-8000-000000000000';
const SEGMENTS = settings().segments;

/** `p/web/eth0 A U`: a NIC or an entry of ours, by name, MAC (a letter) and identity (a letter; none is none). */
interface Told {
  readonly project: string;
  readonly name: string;
  readonly device: string;
  readonly mac: string | undefined;
  readonly uuid: string | undefined;
  readonly segment: Segment;
}

function told(text: string): Told {
  const [path = '', mac, identity, place = SEGMENTS[0]?.name] = text.split(' ');
  const [project = '', name = '', device = ''] = path.split('/');
  const segment = SEGMENTS.find((one) => one.name === place);
  if (segment === undefined) throw new Error(`there is no segment ${place}`);
  const uuid = identity === 'U' ? U : identity === 'V' ? V : undefined;
  const address = mac === undefined || mac === '-' ? undefined : `52:54:00:00:00:0${mac.toLowerCase()}`;
  return { project, name, device, mac: address, uuid, segment };
}

/** Which entry each NIC has, as `NIC ← ENTRY`, and the entries that nobody has. */
function matched(nics: readonly string[], entries: readonly string[], uncovered: readonly string[] = []) {
  const all: SegmentNic[] = nics.flatMap((text) => {
    const one = told(text);
    const device = nic({ name: one.device, mac: one.mac, network: one.segment.network });
    const there = instance(one.name, { project: one.project, uuid: one.uuid, nics: [device] });
    return segmentNics([there], SEGMENTS);
  });
  const owned = entries.flatMap((text, position) => {
    const one = told(text);
    const marker = {
      owner: 'home',
      project: one.project,
      instance: one.name,
      nic: one.device,
      uuid: uuidPart(one.uuid),
      retiredAt: undefined,
      adopted: false,
      keptHostname: undefined,
    };
    const reservation = entry({ mac: one.mac ?? '', description: formatDescription('', marker) }, position);
    const of = splitEntries('home', one.segment, state(one.segment.interface, { reservations: [reservation] })).owned;
    return of.map((own) => ({ own, text }));
  });
  const names = new Map(owned.map(({ own, text }) => [own, text]));
  const result = matchEntries(
    all,
    owned.map(({ own }) => own),
    (project) => !uncovered.includes(project),
  );
  const pairs = all.flatMap((one, at) => {
    const own = result.byNic.get(one);
    return own === undefined ? [] : [`${nics[at]} ← ${names.get(own)}`];
  });
  return { pairs, left: result.unmatched.map((own) => names.get(own)) };
}

describe('the entry of a NIC', () => {
  it.each<[string, string[], string[], string[]]>([
    ['its own', ['p/web/eth0 A U'], ['p/web/eth0 A U'], ['p/web/eth0 A U ← p/web/eth0 A U']],
    [
      'of the same identity under another name',
      ['p/site/eth0 A U'],
      ['p/web/eth0 A U'],
      ['p/site/eth0 A U ← p/web/eth0 A U'],
    ],
    [
      'of the same device with another MAC',
      ['p/web/eth0 B U'],
      ['p/web/eth0 A U'],
      ['p/web/eth0 B U ← p/web/eth0 A U'],
    ],
    [
      'of the same MAC under another device',
      ['p/web/lan0 A U'],
      ['p/web/eth0 A U'],
      ['p/web/lan0 A U ← p/web/eth0 A U'],
    ],
    [
      'of the name, for one that was rebuilt',
      ['p/web/eth0 B V'],
      ['p/web/eth0 A U'],
      ['p/web/eth0 B V ← p/web/eth0 A U'],
    ],
    ['of the name, where none has an identity', ['p/web/eth0 B'], ['p/web/eth0 A'], ['p/web/eth0 B ← p/web/eth0 A']],
    ['of the MAC, where none has an identity', ['p/site/eth0 A'], ['p/web/eth0 A'], ['p/site/eth0 A ← p/web/eth0 A']],
    [
      'that came from another project with it',
      ['q/web/eth0 A U'],
      ['p/web/eth0 A U'],
      ['q/web/eth0 A U ← p/web/eth0 A U'],
    ],
    [
      'the one with its MAC, of two copies by hand',
      ['p/web/eth0 A U'],
      ['p/web/eth0 B U', 'p/web/eth0 A U'],
      ['p/web/eth0 A U ← p/web/eth0 A U'],
    ],
    [
      'the one with its MAC, of two copies by hand of one that was rebuilt',
      ['p/web/eth0 A V'],
      ['p/web/eth0 B U', 'p/web/eth0 A U'],
      ['p/web/eth0 A V ← p/web/eth0 A U'],
    ],
    [
      'the first one, of two copies by hand without its MAC',
      ['p/web/eth0 C U'],
      ['p/web/eth0 B U', 'p/web/eth0 A U'],
      ['p/web/eth0 C U ← p/web/eth0 B U'],
    ],
    [
      'that of its MAC, where a sibling left it its name',
      ['p/web/eth0 B U'],
      ['p/web/eth0 A U', 'p/web/eth1 B U'],
      ['p/web/eth0 B U ← p/web/eth1 B U'],
    ],
    [
      'that of its MAC, where two change their names',
      ['p/web/eth0 B U', 'p/web/eth1 A U'],
      ['p/web/eth0 A U', 'p/web/eth1 B U'],
      ['p/web/eth0 B U ← p/web/eth1 B U', 'p/web/eth1 A U ← p/web/eth0 A U'],
    ],
    [
      'its own each, of two copies of one instance',
      ['p/web/eth0 A U', 'p/copy/eth0 B U'],
      ['p/web/eth0 A U', 'p/copy/eth0 B U'],
      ['p/web/eth0 A U ← p/web/eth0 A U', 'p/copy/eth0 B U ← p/copy/eth0 B U'],
    ],
  ])('is %s', (_, nics, entries, pairs) => {
    expect(matched(nics, entries).pairs).toEqual(pairs);
  });

  it.each<[string, string[], string[], string[]?]>([
    ['of the identity alone, in another project', ['q/web/eth0 B U'], ['p/web/eth0 A U']],
    ['of the MAC alone, in another project', ['q/site/eth0 A V'], ['p/web/eth0 A U']],
    ['of another project that was not seen completely', ['q/web/eth0 A U'], ['p/web/eth0 A U'], ['p']],
    ['with nothing in common, where none has an identity', ['p/a/eth0 A'], ['p/b/eth0 B']],
    ['of another segment', ['p/web/eth0 A U'], [`p/web/eth0 A U ${SEGMENTS[1]?.name}`]],
    [
      'that two could have: two instances of one identity and MAC',
      ['p/a/eth0 A U', 'p/b/eth0 A U'],
      ['p/web/eth0 A U'],
    ],
  ])('is none %s', (_, nics, entries, uncovered) => {
    expect(matched(nics, entries, uncovered)).toEqual({ pairs: [], left: entries });
  });

  it('is not that of a namesake which lives on under another name', () => {
    const { pairs, left } = matched(['p/old/eth0 A U', 'p/web/eth0 B V'], ['p/web/eth0 A U']);
    expect(pairs).toEqual(['p/old/eth0 A U ← p/web/eth0 A U']);
    expect(left).toEqual([]);
  });

  it('is not that of a namesake which lives on elsewhere', () => {
    const away = `p/old/eth0 A U ${SEGMENTS[1]?.name}`;
    expect(matched([away, 'p/web/eth0 B V'], ['p/web/eth0 A U'])).toEqual({ pairs: [], left: ['p/web/eth0 A U'] });
  });

  it('is one at most, and each entry goes to one NIC at most', () => {
    const { pairs, left } = matched(
      ['p/web/eth0 A U', 'p/web/eth1 B U', 'p/db/eth0 C V'],
      ['p/web/eth0 A U', 'p/web/eth0 C U', 'p/db/eth0 C V'],
    );
    expect(pairs).toEqual(['p/web/eth0 A U ← p/web/eth0 A U', 'p/db/eth0 C V ← p/db/eth0 C V']);
    expect(left).toEqual(['p/web/eth0 C U']);
  });
});
