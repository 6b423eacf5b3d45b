import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editDhcpd } from '../../../../src/firewall/opnsense/isc/edit.js';
import { readSegments } from '../../../../src/firewall/opnsense/isc/read.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { Change } from '../../../../src/model/change.js';
import { writtenReservation } from '../../../../src/model/reservation.js';
import { change, create, managing, reservation, setting, unmanaging } from './builders.js';

const FIXTURES = new URL('../../../fixtures/opnsense/config/', import.meta.url);
const SCENARIO = readFileSync(new URL('scenario.xml', FIXTURES), 'utf8');
const FULL = readFileSync(new URL('dhcpd-full.xml', FIXTURES), 'utf8');

function edit(source: string, changes: readonly Change[]): string {
  return editDhcpd(source, parseXml(source), changes);
}

function stateOf(source: string, id = 'opt3') {
  const state = readSegments(parseXml(source)).find((one) => one.interface === id);
  return state ?? { ...blank(), interface: id };
}

function blank() {
  const state = readSegments(parseXml('<opnsense><dhcpd><x/></dhcpd></opnsense>'))[0];
  if (state === undefined) throw new Error('no state');
  return state;
}

/** What stands in `<opt3>` of a file laid out as OPNsense does it. */
function file(...lines: string[]): string {
  return [
    '<?xml version="1.0"?>',
    '<opnsense>',
    '  <dhcpd>',
    '    <opt3>',
    ...lines,
    '    </opt3>',
    '  </dhcpd>',
    '</opnsense>',
    '',
  ].join('\n');
}

const MASK = { setting: 'mask', before: null, after: '255.255.255.255' } as const;
const MASK_LINES = [
  '      <numberoptions>',
  '        <item>',
  '          <number>1</number>',
  '          <type>ip-address</type>',
  '          <value>255.255.255.255</value>',
  '        </item>',
  '      </numberoptions>',
];

describe('editDhcpd', () => {
  it('gives the file back when there is nothing to change', () => {
    expect(edit(SCENARIO, [])).toBe(SCENARIO);
  });

  it('writes the managed state as it was recorded on the real software', () => {
    const start = SCENARIO.indexOf('    <opt3>\n      <enable>1</enable>');
    const end = SCENARIO.indexOf('    </opt3>\n  </dhcpd>') + '    </opt3>\n'.length;
    const without = SCENARIO.slice(0, start) + SCENARIO.slice(end);
    const wanted = stateOf(SCENARIO).reservations.map(writtenReservation);
    const router = (one: Change) => one.kind === 'setting' && one.setting === 'router';
    const changes = managing(stateOf(without), wanted.toReversed()).filter((one) => !router(one));
    expect(edit(without, changes)).toBe(SCENARIO);
  });

  it.each([
    ['enabled', { setting: 'enabled', before: false, after: true } as const, ['      <enable>1</enable>']],
    [
      'range',
      { setting: 'range', before: null, after: { from: '10.0.0.5', to: '10.0.0.9' } } as const,
      ['      <range>', '        <from>10.0.0.5</from>', '        <to>10.0.0.9</to>', '      </range>'],
    ],
    [
      'deny_unknown',
      { setting: 'deny_unknown', before: false, after: true } as const,
      ['      <denyunknown>1</denyunknown>'],
    ],
    [
      'mac_allow',
      { setting: 'mac_allow', before: null, after: '02:00' } as const,
      ['      <mac_allow>02:00</mac_allow>'],
    ],
    ['static_arp', { setting: 'static_arp', before: 'off', after: 'on' } as const, ['      <staticarp>1</staticarp>']],
    ['router', { setting: 'router', before: null, after: '10.0.0.1' } as const, ['      <gateway>10.0.0.1</gateway>']],
    ['mask', MASK, MASK_LINES],
  ])('writes %s on lines of its own and takes it away again without a trace', (_name, value, lines) => {
    const foreign = '      <winsserver/>';
    const before = file(foreign);
    const after = edit(before, [setting(value)]);
    expect(after).toBe(file(...lines, foreign));
    const off = typeof value.before === 'string' ? 'off' : value.before;
    expect(edit(after, [setting({ ...value, before: value.after, after: off } as never)])).toBe(before);
  });

  it.each([
    [
      'an empty static ARP, which would go dark',
      '<staticarp/>',
      { setting: 'static_arp', before: 'dark', after: 'on' } as const,
      '<staticarp>1</staticarp>',
    ],
    [
      'a static ARP of 0',
      '<staticarp>0</staticarp>',
      { setting: 'static_arp', before: 'dark', after: 'on' } as const,
      '<staticarp>1</staticarp>',
    ],
    [
      'a static ARP with another word',
      '<staticarp>yes</staticarp>',
      { setting: 'static_arp', before: 'on', after: 'on' } as const,
      '<staticarp>yes</staticarp>',
    ],
    [
      'an enable that is on in another form',
      '<enable/>',
      { setting: 'enabled', before: true, after: true } as const,
      '<enable/>',
    ],
    [
      'an empty MAC list',
      '<mac_allow x="1" />',
      { setting: 'mac_allow', before: null, after: '02' } as const,
      '<mac_allow x="1">02</mac_allow>',
    ],
    [
      'a MAC list in CDATA',
      '<mac_allow><![CDATA[00:16]]></mac_allow>',
      { setting: 'mac_allow', before: '00:16', after: '02' } as const,
      '<mac_allow>02</mac_allow>',
    ],
    [
      'an empty range',
      '<range/>',
      { setting: 'range', before: null, after: { from: '10.0.0.5', to: '10.0.0.5' } } as const,
      '<range>\n        <from>10.0.0.5</from>\n        <to>10.0.0.5</to>\n      </range>',
    ],
    [
      'a range without an end',
      '<range><from>10.0.0.4</from></range>',
      { setting: 'range', before: null, after: { from: '10.0.0.4', to: '10.0.0.5' } } as const,
      '<range><from>10.0.0.4</from><to>10.0.0.5</to></range>',
    ],
    [
      'one end of a range',
      '<range><!-- a --><from>10.0.0.4</from><to x="y">10.0.0.9</to></range>',
      { setting: 'range', before: null, after: { from: '10.0.0.4', to: '10.0.0.5' } } as const,
      '<range><!-- a --><from>10.0.0.4</from><to x="y">10.0.0.5</to></range>',
    ],
    [
      'a router',
      '<gateway>none</gateway>',
      { setting: 'router', before: 'none', after: '10.0.0.1' } as const,
      '<gateway>10.0.0.1</gateway>',
    ],
  ])('changes %s where it stands', (_name, before, value, after) => {
    const around = (line: string) => file('      <a/>', `      ${line}`, '      <b/>');
    expect(edit(around(before), [setting(value)])).toBe(around(after));
  });

  it.each([
    [
      'in place, with other items kept',
      '<item><number>66</number></item><item><number>1</number><type>text</type><value>x</value><note/></item>',
      '255.255.255.255',
      '<item><number>66</number></item><item><number>1</number><type>ip-address</type><value>255.255.255.255</value><note/></item>',
    ],
    [
      'behind other items',
      '<item><number>66</number></item>',
      '255.255.255.255',
      '<item><number>66</number></item><item><number>1</number><type>ip-address</type><value>255.255.255.255</value></item>',
    ],
    [
      'once, where it stood twice',
      '<item><number>1</number><type>ip-address</type><value>1.1.1.1</value></item><item><number>01</number></item>',
      '255.255.255.255',
      '<item><number>1</number><type>ip-address</type><value>255.255.255.255</value></item>',
    ],
    [
      'away, with other items kept',
      '<item><number>1</number></item><item><number>66</number></item>',
      null,
      '<item><number>66</number></item>',
    ],
    [
      'into an empty list',
      '',
      '255.255.255.255',
      '<item><number>1</number><type>ip-address</type><value>255.255.255.255</value></item>',
    ],
  ])('sets the mask %s', (_name, before, mask, after) => {
    const around = (items: string) =>
      `<opnsense><dhcpd><opt3><numberoptions>${items}</numberoptions></opt3></dhcpd></opnsense>`;
    expect(edit(around(before), [setting({ setting: 'mask', before: null, after: mask })])).toBe(around(after));
  });

  const ROUTES = '20:0a:0a:03:01:00:00:00:00:00:0a:0a:03:01';
  const MASKED = '<item><number>1</number><type>ip-address</type><value>255.255.255.255</value></item>';
  const ROUTED = `<item><number>121</number><type>string</type><value>${ROUTES}</value></item>`;

  it.each<[string, string, string | null, string | null, string]>([
    ['into no list', '', '255.255.255.255', ROUTES, `<numberoptions>${MASKED}${ROUTED}</numberoptions>`],
    [
      'into an empty list',
      '<numberoptions><item/></numberoptions>',
      '255.255.255.255',
      ROUTES,
      `<numberoptions>${MASKED}${ROUTED}</numberoptions>`,
    ],
    [
      'behind other items',
      '<numberoptions><item><number>66</number></item></numberoptions>',
      '255.255.255.255',
      ROUTES,
      `<numberoptions><item><number>66</number></item>${MASKED}${ROUTED}</numberoptions>`,
    ],
    [
      'in place of wrong ones',
      '<numberoptions><item><number>0121</number><type>text</type><value>x</value></item><item><number>1</number></item></numberoptions>',
      '255.255.255.255',
      ROUTES,
      `<numberoptions><item><number>0121</number><type>string</type><value>${ROUTES}</value></item>${MASKED}</numberoptions>`,
    ],
    ['away, and the list with them', `<numberoptions>${MASKED}${ROUTED}</numberoptions>`, null, null, ''],
    [
      'away, one for the other',
      `<numberoptions>${MASKED}</numberoptions>`,
      null,
      ROUTES,
      `<numberoptions>${ROUTED}</numberoptions>`,
    ],
  ])('sets the mask and the routes at once, %s', (_name, before, mask, routes, after) => {
    const around = (inner: string) => `<opnsense><dhcpd><opt3><enable>1</enable>${inner}</opt3></dhcpd></opnsense>`;
    const changes = [
      setting({ setting: 'mask', before: null, after: mask }),
      setting({ setting: 'routes', before: null, after: routes }),
    ];
    expect(edit(around(before), changes)).toBe(around(after));
  });

  it('takes the list of options away with its last item', () => {
    const change = setting({ setting: 'mask', before: '255.255.255.255', after: null });
    expect(edit(file('      <a/>', ...MASK_LINES), [change])).toBe(file('      <a/>'));
  });

  it.each([
    ['no <dhcpd>', '<opnsense>\n  <system/>\n</opnsense>\n'],
    ['no <dhcpd> in one line', '<opnsense><system/></opnsense>'],
    ['no <dhcpd> with CRLF and tabs', '<opnsense>\r\n\t<system/>\r\n</opnsense>\r\n'],
    ['no <opt3>', '<opnsense>\n  <dhcpd>\n    <lan>\n      <enable>1</enable>\n    </lan>\n  </dhcpd>\n</opnsense>\n'],
    ['no <opt3> in one line', '<opnsense><dhcpd><lan><enable>1</enable></lan></dhcpd></opnsense>'],
    ['an empty <dhcpd/>', '<opnsense>\n  <dhcpd/>\n</opnsense>\n'],
    ['an empty <dhcpd></dhcpd>', '<opnsense>\n  <dhcpd></dhcpd>\n</opnsense>\n'],
    ['an empty <dhcpd/> with tabs', '<opnsense>\n\t<dhcpd/>\n</opnsense>\n'],
    ['an empty <opt3/>', '<opnsense>\n  <dhcpd>\n    <opt3/>\n  </dhcpd>\n</opnsense>'],
    ['an empty <opt3 x="1" />', '<opnsense>\r\n  <dhcpd>\r\n    <opt3 x="1" />\r\n  </dhcpd>\r\n</opnsense>'],
  ])('makes what is missing in the layout of a file with %s', (_name, source) => {
    const changes = managing(stateOf(source), [reservation(11), reservation(12)]);
    const after = edit(source, changes);
    expect(stateOf(after)).toMatchObject({
      enabled: true,
      staticArp: 'on',
      mask: '255.255.255.255',
      reservations: [{}, {}],
    });
    expect(after.includes('\n')).toBe(source.includes('\n'));
    expect(/[^\r]\n/.test(after)).toBe(/[^\r]\n/.test(source));
    if (source.includes('\n')) {
      expect(after).toMatch(/^(\r?\n)?\s*<mac>/m);
      expect(after).not.toMatch(/\n[ \t]*\r?\n/);
      expect(after).not.toMatch(/>\s*<\/opt3><|><staticmap>/);
    }
    expect(after.includes('\t\t<opt3>')).toBe(source.includes('\t'));
    expect(/\t | \t/.test(after)).toBe(false);
  });

  it('writes a missing interface as OPNsense would', () => {
    const source = '<opnsense>\n  <system/>\n</opnsense>\n';
    expect(edit(source, [setting(MASK), create(reservation(11))])).toBe(
      `<opnsense>\n  <system/>\n  <dhcpd>\n    <opt3>\n${MASK_LINES.join('\n')}\n      <staticmap>\n        <mac>00:16:3e:00:03:0b</mac>\n        <ipaddr>10.10.3.11</ipaddr>\n        <hostname>host11</hostname>\n        <descr>host11 [slash32:home:default/host11/eth0:]</descr>\n      </staticmap>\n    </opt3>\n  </dhcpd>\n</opnsense>\n`,
    );
  });

  it('keeps a file in one line in one line', () => {
    const source = `<opnsense><dhcpd>${FULL}</dhcpd></opnsense>`;
    const after = edit(source, [...managing(stateOf(source)), create(reservation(9))]);
    expect(after).not.toContain('\n');
    expect(after).toContain('</numberoptions><range><from>10.10.3.254</from><to>10.10.3.254</to></range>');
  });

  it('takes an interface away with its last tag, and leaves the section', () => {
    const source =
      '<opnsense>\n  <dhcpd x="1">\n    <opt3>\n      <enable>1</enable>\n    </opt3>\n  </dhcpd>\n</opnsense>\n';
    const off = setting({ setting: 'enabled', before: true, after: false });
    expect(edit(source, [off])).toBe('<opnsense>\n  <dhcpd x="1"/>\n</opnsense>\n');
    const two = source.replace('<opt3>', '<lan/>\n    <opt3>');
    expect(edit(two, [off])).toBe('<opnsense>\n  <dhcpd x="1">\n    <lan/>\n  </dhcpd>\n</opnsense>\n');
  });

  it('keeps an emptied interface that holds a comment', () => {
    const source = file('      <!-- mine -->', '      <enable>1</enable>');
    expect(edit(source, [setting({ setting: 'enabled', before: true, after: false })])).toBe(
      file('      <!-- mine -->'),
    );
  });

  describe('reservations', () => {
    function map(number: number, more = ''): string {
      return `      <staticmap><mac>00:16:3e:00:03:${number.toString(16).padStart(2, '0')}</mac><ipaddr>10.10.3.${number}</ipaddr><hostname>host${number}</hostname><descr>d</descr>${more}</staticmap>`;
    }

    function addresses(source: string): string[] {
      return stateOf(source).reservations.map((entry) => writtenReservation(entry).address.slice('10.10.3.'.length));
    }

    it.each([
      ['none', [], [12, 11], ['11', '12']],
      ['sorted ones', [10, 20, 30], [25, 5, 40, 21], ['5', '10', '20', '21', '25', '30', '40']],
      ['unsorted foreign ones, which stay', [30, 10, 20], [25, 15, 35], ['15', '25', '30', '10', '20', '35']],
    ])('puts new ones by address among %s', (_name, existing, created, expected) => {
      const source = file(...existing.map((number) => map(number)));
      const after = edit(
        existing.length === 0 ? file('      <enable>1</enable>') : source,
        created.map((n) => create(reservation(n))),
      );
      expect(addresses(after)).toEqual(expected);
    });

    it('puts new ones behind entries without an address', () => {
      const source = file('      <staticmap><mac>00:16:3e:00:00:01</mac></staticmap>', map(20));
      expect(addresses(edit(source, [create(reservation(10))]))).toEqual(['', '10', '20']);
    });

    it('changes only the values that differ, and keeps fields that it does not know', () => {
      const source = file(map(10), map(20, '<!-- keep --><cid>x</cid><my:field a="1"/>'), map(30));
      const before = stateOf(source).reservations[1];
      const after = edit(source, [change('update', before, reservation(20, { description: 'd', hostname: 'neu' }))]);
      expect(after).toBe(source.replace('<hostname>host20<', '<hostname>neu<'));
    });

    it('leaves an entry as it is when nothing differs, upper case MAC and CDATA included', () => {
      const source = file(
        '      <staticmap><mac>00:16:3E:00:03:0B</mac><ipaddr> 10.10.3.11 </ipaddr><hostname><![CDATA[a]]></hostname><descr>M&#252;</descr></staticmap>',
      );
      const before = stateOf(source).reservations[0];
      const after = reservation(11, { hostname: 'a', description: 'Mü' });
      expect(edit(source, [change('update', before, after)])).toBe(source);
    });

    it('puts right a MAC with dashes, which dhcpd refuses', () => {
      const source = file(
        '      <staticmap><mac>00-16-3e-00-03-0b</mac><ipaddr>10.10.3.11</ipaddr><hostname>host11</hostname></staticmap>',
      );
      const before = stateOf(source).reservations[0];
      const after = edit(source, [change('adopt', before, reservation(11, { description: '' }))]);
      expect(after).toContain('<mac>00:16:3e:00:03:0b</mac>');
    });

    it('adds the fields that an entry lacks, and empties one without leaving it out', () => {
      const source = file(
        '      <staticmap>',
        '        <cid/>',
        '        <hostname>x</hostname>',
        '      </staticmap>',
      );
      const before = stateOf(source).reservations[0];
      const after = edit(source, [
        change('update', before, reservation(11, { hostname: '', arpEntry: true, description: 'd' })),
      ]);
      expect(after).toBe(
        file(
          '      <staticmap>',
          '        <mac>00:16:3e:00:03:0b</mac>',
          '        <ipaddr>10.10.3.11</ipaddr>',
          '        <cid/>',
          '        <hostname></hostname>',
          '        <descr>d</descr>',
          '        <arp_table_static_entry>1</arp_table_static_entry>',
          '      </staticmap>',
        ),
      );
    });

    it('fills an empty entry', () => {
      const source = file('      <staticmap/>', '      <staticmap uuid="1"/>');
      const before = stateOf(source).reservations[1];
      const after = edit(source, [change('update', before, reservation(11))]);
      expect(after).toContain('<staticmap uuid="1">\n        <mac>');
      expect(stateOf(after).reservations[1]).toEqual({ position: 1, ...reservation(11) });
    });

    it.each([
      ['set where it is missing', '', true, '<arp_table_static_entry>1</arp_table_static_entry>'],
      [
        'set where it is empty',
        '<arp_table_static_entry/>',
        true,
        '<arp_table_static_entry>1</arp_table_static_entry>',
      ],
      [
        'kept where it is on',
        '<arp_table_static_entry>yes</arp_table_static_entry>',
        true,
        '<arp_table_static_entry>yes</arp_table_static_entry>',
      ],
      ['taken away', '<arp_table_static_entry>1</arp_table_static_entry>', false, ''],
      ['left where it is off', '<arp_table_static_entry/>', false, '<arp_table_static_entry/>'],
    ])('has the ARP entry %s', (_name, before, arpEntry, after) => {
      const source = file(map(20, before));
      const entry = stateOf(source).reservations[0];
      const edited = edit(source, [change('update', entry, reservation(20, { description: 'd', arpEntry }))]);
      expect(edited).toBe(file(map(20, after)));
    });

    it('deletes an entry with its lines and nothing else', () => {
      const source = file(map(10), '      <!-- a -->', map(20), map(30));
      const after = edit(source, [change('delete', stateOf(source).reservations[1], undefined)]);
      expect(after).toBe(file(map(10), '      <!-- a -->', map(30)));
    });

    it('deletes two entries of one line without joining lines', () => {
      const source = file(`${map(10)}${map(20).trim()}`, map(30));
      const entries = stateOf(source).reservations;
      expect(edit(source, [change('delete', entries[0], undefined)])).toBe(file(`      ${map(20).trim()}`, map(30)));
      expect(edit(source, [change('delete', entries[1], undefined)])).toBe(file(map(10), map(30)));
    });

    it('writes names and descriptions so that they cannot break the file', () => {
      const description = 'a & b <c> "d" \'e\' ü😀 ]]> <!-- [slash32:home:default/x/eth0:]';
      const after = edit(file('      <a/>'), [create(reservation(11, { description }))]);
      expect(after).toContain('a &amp; b &lt;c&gt; "d" \'e\' &#xFC;&#x1F600; ]]&gt; &lt;!-- [');
      expect(stateOf(after).reservations[0]?.description).toBe(description);
    });

    it.each([
      ['another MAC', { mac: '00:16:3e:99:99:99' }],
      ['another address', { address: '10.10.3.99' }],
      ['a position that is not there', { position: 7 }],
    ])('refuses to touch an entry that is not the one the plan saw: %s', (_name, wrong) => {
      const source = file(map(10), map(20));
      const before = stateOf(source).reservations[1];
      if (before === undefined) throw new Error('no entry');
      expect(() => edit(source, [change('delete', { ...before, ...wrong }, undefined)])).toThrowError(
        expect.objectContaining({ code: 'S32_CONFIG_XML_EDIT' }),
      );
    });
  });

  it.each([
    ['<dhcpd> twice', '<opnsense><dhcpd/><dhcpd/></opnsense>', [setting(MASK)]],
    ['<opt3> twice', '<opnsense><dhcpd><opt3/><opt3/></dhcpd></opnsense>', [setting(MASK)]],
    [
      '<numberoptions> twice',
      '<opnsense><dhcpd><opt3><numberoptions/><numberoptions/></opt3></dhcpd></opnsense>',
      [setting(MASK)],
    ],
    ['two changes of one setting', '<opnsense/>', [setting(MASK), setting(MASK)]],
    ['a control character to write', '<opnsense/>', [create(reservation(1, { description: 'a\u0007' }))]],
  ])('refuses %s instead of guessing', (_name, source, changes) => {
    expect(() => edit(source, changes)).toThrowError(
      expect.objectContaining({ code: expect.stringMatching(/^S32_CONFIG_XML_(EDIT|TEXT)$/) }),
    );
  });

  it('leaves a second range alone', () => {
    const source = file(
      '      <range><from>10.0.0.4</from><to>10.0.0.9</to></range>',
      '      <range><from>1.1.1.1</from></range>',
    );
    const range = { from: '10.0.0.5', to: '10.0.0.5' };
    expect(edit(source, [setting({ setting: 'range', before: null, after: range })])).toBe(
      file('      <range><from>10.0.0.5</from><to>10.0.0.5</to></range>', '      <range><from>1.1.1.1</from></range>'),
    );
  });

  it.each([
    [
      'a GUI-made segment',
      SCENARIO.replace('<staticarp>1</staticarp>', '<ddnsupdate/>').replace('<denyunknown>1</denyunknown>\n      ', ''),
    ],
    ['the managed one of the recording', SCENARIO],
    ['a compact file', `<opnsense><dhcpd>${FULL}</dhcpd></opnsense>`],
    ['CRLF', SCENARIO.replaceAll('\n', '\r\n')],
    ['no final newline', SCENARIO.trimEnd()],
    [
      'an interface without DHCP',
      SCENARIO.replace(/ {4}<opt3>\s*<enable>[\s\S]*?<\/opt3>\n/, '    <lan>\n      <enable>1</enable>\n    </lan>\n'),
    ],
  ])('comes back to the same bytes when a segment is managed and then no longer: %s', (_name, source) => {
    const before = stateOf(source);
    const managed = edit(source, managing(before, [reservation(5), reservation(77)]));
    expect(managed).not.toBe(source);
    expect(edit(managed, unmanaging(before, stateOf(managed)))).toBe(source);
  });

  it('makes, changes and deletes 5,000 reservations', () => {
    const numbers = Array.from({ length: 5000 }, (_, index) => index);
    const address = (index: number) => `10.${index >> 8}.${index & 255}.7`;
    const mac = (index: number) =>
      `00:16:3e:00:${(index >> 8).toString(16).padStart(2, '0')}:${(index & 255).toString(16).padStart(2, '0')}`;
    const changes = numbers.map((index) => create(reservation(1, { address: address(index), mac: mac(index) })));
    const made = edit(SCENARIO, changes);
    const entries = stateOf(made).reservations;
    expect(entries).toHaveLength(5002);
    const updates = entries
      .slice(0, 5000)
      .map((entry) => change('update', entry, { ...writtenReservation(entry), hostname: 'new' }));
    const deleted = edit(
      edit(made, updates),
      entries.map((entry) => change('delete', entry, undefined)),
    );
    expect(stateOf(deleted).reservations).toEqual([]);
  });
});
