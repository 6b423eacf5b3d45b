import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameState } from '../../../../src/firewall/opnsense/file/same-state.js';
import { buildCandidate } from '../../../../src/firewall/opnsense/isc/candidate.js';
import { editDhcpd } from '../../../../src/firewall/opnsense/isc/edit.js';
import { projectSegments } from '../../../../src/firewall/opnsense/isc/project.js';
import { readSegments } from '../../../../src/firewall/opnsense/isc/read.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { Change } from '../../../../src/model/change.js';
import { child, type XmlElement } from '../../../../src/xml/element.js';
import { change, create, firewallInterface, managing, reservation, setting, unmanaging } from './builders.js';
import { configs, plainConfigs } from './configs.js';

const SETTINGS = ['enable', 'range', 'denyunknown', 'mac_allow', 'staticarp', 'gateway', 'numberoptions'];
const FIELDS = ['mac', 'ipaddr', 'hostname', 'descr', 'arp_table_static_entry'];

/** What stands in an element without its children: comments and text, blanks aside. */
function beside(source: string, element: XmlElement): string {
  let at = element.innerStart;
  let text = '';
  for (const inner of element.children) {
    text += source.slice(at, inner.start);
    at = inner.end;
  }
  return (text + source.slice(at, element.innerEnd)).replace(/\s+/g, ' ').trim();
}

function slices(source: string, elements: readonly XmlElement[]): string[] {
  return elements.map((element) => source.slice(element.start, element.end));
}

/** Everything in a file that `changes` must not touch, as text, in order. Written without the product's editing code. */
function untouched(
  source: string,
  changes: readonly Change[],
  isResult: boolean,
): { outside: string; interfaces: unknown[] } {
  const root = parseXml(source);
  const section = child(root, 'dhcpd');
  const ids = new Set(changes.map((one) => one.interface));
  const outside = section === undefined ? source : source.slice(0, section.start) + source.slice(section.end);
  const interfaces = (section?.children ?? []).map((element) => {
    if (!ids.has(element.name)) return source.slice(element.start, element.end);
    const own = changes.filter((one) => one.interface === element.name);
    const others = element.children.filter((inner) => inner.name !== 'staticmap' && !SETTINGS.includes(inner.name));
    const options = child(element, 'numberoptions');
    const items =
      options?.children.filter((inner) => !['1', '121'].includes(child(inner, 'number')?.text.trim() ?? '')) ?? [];
    return [
      beside(source, element),
      slices(source, others),
      slices(source, items),
      maps(source, element, own, isResult),
    ];
  });
  return { outside, interfaces };
}

function maps(source: string, element: XmlElement, changes: readonly Change[], isResult: boolean): unknown[] {
  const own = changes.filter((one) => one.kind === 'reservation');
  const macs = new Set(own.flatMap((one) => (isResult ? [one.after?.mac] : [one.before?.mac])));
  return element.children
    .filter((inner) => inner.name === 'staticmap')
    .flatMap((inner): unknown[] => {
      const mac = child(inner, 'mac')?.text.trim().toLowerCase();
      if (!macs.has(mac)) return [source.slice(inner.start, inner.end)];
      const change = own.find((one) => (isResult ? one.after : one.before)?.mac === mac);
      if (change?.before === undefined || change.after === undefined) return [];
      const unknown = inner.children.filter((field) => !FIELDS.includes(field.name));
      return [{ beside: beside(source, inner), unknown: slices(source, unknown), attributes: { ...inner.attributes } }];
    });
}

/** Random changes that fit what a file says: settings of any kind, and reservations made, changed and deleted. */
function changesFor(source: string): fc.Arbitrary<Change[]> {
  const segments = readSegments(parseXml(source));
  const ids = [...new Set([...segments.map((state) => state.interface), 'opt9'])];
  return fc
    .tuple(...ids.map((id) => changesOf(segments.find((state) => state.interface === id) ?? id)))
    .map((lists) => lists.flat());
}

function changesOf(state: ReturnType<typeof readSegments>[number] | string): fc.Arbitrary<Change[]> {
  const id = typeof state === 'string' ? state : state.interface;
  const entries = typeof state === 'string' ? [] : state.reservations;
  const on = fc.boolean();
  const settings = fc
    .tuple(
      on.map((after) => setting({ setting: 'enabled', before: false, after }, id)),
      fc
        .constantFrom(null, { from: '10.10.3.5', to: '10.10.3.9' })
        .map((after) => setting({ setting: 'range', before: null, after }, id)),
      fc.constantFrom(null, '255.255.255.255').map((after) => setting({ setting: 'mask', before: null, after }, id)),
      fc
        .constantFrom(null, '20:0a:0a:03:01:00:00:00:00:00:0a:0a:03:01')
        .map((after) => setting({ setting: 'routes', before: null, after }, id)),
      on.map((after) => setting({ setting: 'deny_unknown', before: false, after }, id)),
      fc.constantFrom(null, '02:00').map((after) => setting({ setting: 'mac_allow', before: null, after }, id)),
      fc
        .constantFrom('on' as const, 'off' as const)
        .map((after) => setting({ setting: 'static_arp', before: 'off', after }, id)),
      fc
        .constantFrom(null, 'none', '10.10.3.2')
        .map((after) => setting({ setting: 'router', before: null, after }, id)),
    )
    .chain((all) => fc.subarray(all));
  const text = fc.string({ unit: fc.constantFrom('a', '&', '<', 'ü', '"', ' ', ']', '>'), maxLength: 8 });
  const edits = fc.tuple(
    ...entries.map((entry, index) =>
      fc.tuple(fc.constantFrom('keep', 'update', 'delete'), text, on).map(([what, description, arpEntry]) => {
        if (what === 'keep') return [];
        if (what === 'delete') return [change('delete', entry, undefined, id)];
        const mac = `00:16:3e:77:00:${index.toString(16).padStart(2, '0')}`;
        return [
          change(
            'update',
            entry,
            reservation(200 + index, { mac, description, arpEntry, hostname: entry.hostname ?? '' }),
            id,
          ),
        ];
      }),
    ),
  );
  const creates = fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 })
    .map((numbers) =>
      numbers.map((n) => create(reservation(n, { mac: `00:16:3e:88:00:${n.toString(16).padStart(2, '0')}` }), id)),
    );
  return fc.tuple(settings, edits, creates).map(([first, second, third]) => [...first, ...second.flat(), ...third]);
}

const cases = () =>
  configs().chain((source) => fc.record({ source: fc.constant(source), changes: changesFor(source) }));

describe('editing any config.xml', () => {
  it('leaves every byte outside the managed nodes as it was', () => {
    fc.assert(
      fc.property(cases(), ({ source, changes }) => {
        const edited = editDhcpd(source, parseXml(source), changes);
        const gone = new Set(readSegments(parseXml(source)).map((state) => state.interface));
        for (const state of readSegments(parseXml(edited))) gone.delete(state.interface);
        const withoutGone = changes.filter((one) => !gone.has(one.interface) && one.interface !== 'opt9');
        const before = untouched(source, withoutGone, false);
        const after = untouched(edited, withoutGone, true);
        const hadSection = child(parseXml(source), 'dhcpd') !== undefined;
        const beside = (text: string) => (hadSection ? text : text.replace(/\s+/g, ''));
        expect(beside(after.outside)).toBe(beside(before.outside));
        if (gone.size > 0) return;
        const added = (child(parseXml(edited), 'dhcpd')?.children ?? []).some((one) => one.name === 'opt9');
        expect(added ? after.interfaces.slice(0, -1) : after.interfaces).toEqual(before.interfaces);
      }),
      { numRuns: 300 },
    );
  });

  it('reads back as what the changes ask for', () => {
    fc.assert(
      fc.property(cases(), ({ source, changes }) => {
        const root = parseXml(source);
        const states = readSegments(parseXml(editDhcpd(source, root, changes)));
        for (const asked of projectSegments(readSegments(root), changes)) {
          const found = states.find((state) => state.interface === asked.interface);
          expect(isSameState(asked, states), JSON.stringify([asked, found], undefined, 1)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('checks only the section of a candidate and finds the same as in the whole', () => {
    fc.assert(
      fc.property(cases(), ({ source, changes }) => {
        const interfaces = ['opt3', 'opt9', 'lan'].map((id) => firewallInterface(id));
        const candidate = buildCandidate(source, parseXml(source), interfaces, changes);
        const whole = buildCandidate(candidate.source, parseXml(candidate.source), interfaces, []);
        expect(candidate.faults).toEqual(whole.faults);
        expect(candidate.warnings).toEqual(whole.warnings);
      }),
    );
  });

  it('asks for nothing twice: the same settings again change no byte', () => {
    fc.assert(
      fc.property(cases(), ({ source, changes }) => {
        const edited = editDhcpd(source, parseXml(source), changes);
        const settings = changes.filter((one) => one.kind === 'setting');
        expect(editDhcpd(edited, parseXml(edited), settings)).toBe(edited);
      }),
    );
  });

  it('comes back to the same bytes when a segment is managed and then no longer', () => {
    fc.assert(
      fc.property(plainConfigs(), (source) => {
        const before = readSegments(parseXml(source))[0];
        if (before === undefined) throw new Error('the file has no segment');
        const managed = editDhcpd(source, parseXml(source), managing(before, [reservation(90), reservation(91)]));
        const now = readSegments(parseXml(managed))[0];
        if (now === undefined) throw new Error('the segment is gone');
        expect(now).toMatchObject({ mask: '255.255.255.255', staticArp: 'on', denyUnknown: true });
        expect(editDhcpd(managed, parseXml(managed), unmanaging(before, now))).toBe(source);
      }),
      { numRuns: 300 },
    );
  });
});
