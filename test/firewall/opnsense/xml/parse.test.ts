import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfigXml, parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import { child, childrenNamed, textOf, type XmlElement } from '../../../../src/xml/element.js';
import { documents } from './documents.js';

const SCENARIO = readFileSync(new URL('../../../fixtures/opnsense/config/scenario.xml', import.meta.url), 'utf8');

function everyElement(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(everyElement)];
}

function wrapped(inner: string): XmlElement | undefined {
  return parseXml(`<opnsense>${inner}</opnsense>`).children[0];
}

describe('parseXml', () => {
  it('gives offsets that point at the tags of every element of a real file', () => {
    const elements = everyElement(parseXml(SCENARIO));
    expect(elements.length).toBeGreaterThan(1400);
    for (const element of elements) {
      const text = SCENARIO.slice(element.start, element.end);
      expect(text.startsWith(`<${element.name}`)).toBe(true);
      expect(text.endsWith(element.selfClosing ? '/>' : `</${element.name}>`)).toBe(true);
    }
  });

  it('reads the real file as it is', () => {
    const root = parseConfigXml(SCENARIO);
    const map = child(child(child(root, 'dhcpd'), 'opt3'), 'staticmap');
    expect(textOf(map, 'descr')).toBe('nextcloud & co [slash32:home:default/nextcloud/eth0]');
    expect(child(root, 'virtualip')?.attributes.description).toBe('Virtual IP configuration');
    const range = childrenNamed(child(root, 'dnsmasq'), 'dhcp_ranges')[0];
    expect(child(range, 'constructor')).toMatchObject({ name: 'constructor', selfClosing: true });
  });

  it.each([
    ['plain text', '<a>x</a>', 'x'],
    ['named entities', '<a>&amp;&lt;&gt;&quot;&apos;</a>', `&<>"'`],
    ['an entity that spells an entity', '<a>&amp;lt;</a>', '&lt;'],
    ['a decimal entity', '<a>M&#252;ller</a>', 'Müller'],
    ['a hexadecimal entity', '<a>M&#xFC;ller &#x1F600;</a>', 'Müller 😀'],
    ['CDATA', '<a><![CDATA[<b>&amp;]]></a>', '<b>&amp;'],
    ['CDATA between text', '<a>x<![CDATA[<]]>y&amp;<![CDATA[]]>z</a>', 'x<y&z'],
    ['a comment in text', '<a>x<!-- <b> & "\' -->y</a>', 'xy'],
    ['a processing instruction in text', '<a>x<?php echo "</a>" ?>y</a>', 'xy'],
    ['a quote in a processing instruction', '<a>x<?note it\'s "so ?>y</a>', 'xy'],
    ['text around a child', '<a>x<b>no</b>y</a>', 'xy'],
    ['a comment around a child', '<a>x<!--<c/>--><b>no</b><!-- --> y</a>', 'x y'],
    ['CRLF and CR', '<a>x\r\ny\rz</a>', 'x\ny\nz'],
    ['CRLF in CDATA', '<a><![CDATA[x\r\ny]]></a>', 'x\ny'],
    ['a written carriage return', '<a>x&#13;y</a>', 'x\ry'],
    ['numbers stay text', '<a>007</a>', '007'],
    ['blanks are kept', '<a> x </a>', ' x '],
    ['nothing', '<a></a>', ''],
    ['nothing, in one tag', '<a/>', ''],
    ['names of JavaScript', '<a><__proto__>x</__proto__></a>', ''],
  ])('decodes %s', (_name, xml, text) => {
    expect(wrapped(xml)?.text).toBe(text);
  });

  it.each(['constructor', '__proto__', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'e', '_x-1.y', 'Ünïcode'])(
    'takes <%s> as a name like any other, in both forms',
    (name) => {
      const open = wrapped(`<${name}>1</${name}>`);
      expect(open).toMatchObject({ name, text: '1', selfClosing: false });
      expect(wrapped(`<${name}/>`)).toMatchObject({ name, text: '', selfClosing: true });
      expect(wrapped(`<${name} a="1"/>`)?.attributes.a).toBe('1');
      expect(({} as Record<string, unknown>)[name === 'e' ? 'x' : 'polluted']).toBeUndefined();
    },
  );

  it.each([
    ['a > in an attribute', '<a x="1>2" y=\'"\'>t</a>', { x: '1>2', y: '"' }, 't'],
    ['entities in an attribute', '<a x="&lt;&#xFC;">t</a>', { x: '<ü' }, 't'],
    ['blanks in the tag', '<a\n\tx = "1"\r\n >t</a >', { x: '1' }, 't'],
    ['blanks before the end of an empty tag', '<a x="1" />', { x: '1' }, ''],
    ['an attribute that ends in a slash', '<a x="1/">t</a>', { x: '1/' }, 't'],
    ['an attribute called __proto__', '<a __proto__="1" constructor="2">t</a>', { constructor: '2' }, 't'],
  ])('reads %s', (_name, xml, attributes, text) => {
    const element = wrapped(xml);
    expect(element).toMatchObject({ start: 10, end: 10 + xml.length, text });
    for (const [name, value] of Object.entries(attributes)) expect(element?.attributes[name]).toBe(value);
  });

  it('points at the content between the tags', () => {
    const xml = '<opnsense><a x=">" ><b/></a ></opnsense>';
    const element = parseXml(xml).children[0];
    expect(xml.slice(element?.innerStart, element?.innerEnd)).toBe('<b/>');
    const empty = element?.children[0];
    expect([empty?.innerStart, empty?.innerEnd]).toEqual([empty?.end, empty?.end]);
  });

  it.each([
    ['an empty file', '', 1, 1],
    ['no element', '<?xml version="1.0"?>\n', 1, 1],
    ['text before the root', 'x<opnsense/>', 1, 1],
    ['text after the root', '<opnsense/>\nx', 2, 1],
    ['two roots', '<opnsense/>\n<b/>', 2, 1],
    ['a file that breaks off in text', '<opnsense>\n <a>x', 2, 2],
    ['a file that breaks off in a tag', '<opnsense>\n <a', 2, 2],
    ['a file that breaks off in a comment', '<opnsense>\n <!-- a></opnsense>', 2, 2],
    ['a file without its last tag', '<opnsense>\n <a>x</a>\n', 1, 1],
    ['tags that cross', '<opnsense>\n<a><b></a></b></opnsense>', 2, 7],
    ['an end tag too many', '<opnsense></a></opnsense>', 1, 11],
    ['an end tag after the root', '<opnsense></opnsense></a>', 1, 22],
    ['a < in text', '<opnsense>\n<a>1 < 2</a></opnsense>', 2, 6],
    ['a loose &', '<opnsense>\n<a>A & B</a></opnsense>', 2, 6],
    ['an unknown entity', '<opnsense><a>&uuml;</a></opnsense>', 1, 14],
    ['a document type', '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY y "z">]>\n<opnsense/>', 2, 1],
    ['a document type in the middle', '<opnsense><!DOCTYPE x></opnsense>', 1, 11],
    ['an attribute without a value', '<opnsense><a b></a></opnsense>', 1, 11],
    ['an attribute without quotes', '<opnsense><a b=c></a></opnsense>', 1, 11],
    ['a control character', '<opnsense>\u0001</opnsense>', 1, 11],
    ['a NUL', '<opnsense>\u0000</opnsense>', 1, 11],
    ['a name that begins with a digit', '<opnsense><1/></opnsense>', 1, 11],
    ['a double hyphen in a comment', '<opnsense>\n <!-- a -- b --></opnsense>', 2, 9],
    ['a comment that ends with three hyphens', '<opnsense><!-- a ---></opnsense>', 1, 18],
    ['an attribute twice', '<opnsense>\n<a b="1" c="2" b="1"/></opnsense>', 2, 16],
    ['an attribute of three twice', '<opnsense><a b="1" c="2" d="3" c="1"></a></opnsense>', 1, 32],
    ['attributes without a blank between them', '<opnsense><a b="1"c="2"/></opnsense>', 1, 11],
    ['a < in an attribute', '<opnsense><a b="1<2"/></opnsense>', 1, 18],
    ['a loose & in an attribute', '<opnsense><a b="1&2"/></opnsense>', 1, 18],
    ['a namespace', '<opnsense xmlns="urn:x"/>', 1, 11],
    ['a prefix of a namespace', '<opnsense><a xmlns:b="urn:x"/></opnsense>', 1, 14],
    ['the end of a CDATA section in a text', '<opnsense>\n<a>x]]></a></opnsense>', 2, 5],
    ['the character 0', '<opnsense><hostname>f&#0;w</hostname></opnsense>', 1, 22],
    ['the character 0 in an attribute', '<opnsense><a b="&#x0;"/></opnsense>', 1, 17],
    ['a control character by its number', '<opnsense>&#x1F;</opnsense>', 1, 11],
    ['half a character by its number', '<opnsense>&#xD800;</opnsense>', 1, 11],
    ['a character that is none by its number', '<opnsense>&#xFFFE;</opnsense>', 1, 11],
    ['a number beyond all characters', '<opnsense>&#x110000;</opnsense>', 1, 11],
    ['a number beyond all numbers', `<opnsense>&#${'9'.repeat(400)};</opnsense>`, 1, 11],
    ['half a character', '<opnsense>\ud800</opnsense>', 1, 11],
    ['a declaration behind a blank', ' <?xml version="1.0"?><opnsense/>', 1, 2],
    ['a declaration behind a line end', '\n<?xml version="1.0"?><opnsense/>', 2, 1],
    ['a declaration twice', '<?xml version="1.0"?>\n<?xml version="1.0"?>\n<opnsense/>', 2, 1],
    ['a declaration inside', '<opnsense><?xml version="1.0"?></opnsense>', 1, 11],
    ['a declaration in capitals', '<?XML version="1.0"?><opnsense/>', 1, 1],
    ['a declaration without its version', '<?xml encoding="utf-8"?><opnsense/>', 1, 1],
    ['a declaration of a version to come', '<?xml version="2.0"?><opnsense/>', 1, 1],
    ['a declaration in another order', '<?xml version="1.0" standalone="yes" encoding="utf-8"?><opnsense/>', 1, 1],
    ['a second byte order mark', '\ufeff<opnsense/>', 1, 1],
    ['a blank that is none of XML between attributes', '<opnsense\u00a0a="1"/>', 1, 1],
    ['a no-break space before the root', '\u00a0<opnsense/>', 1, 1],
    ['CDATA behind the root', '<opnsense/><![CDATA[]]>', 1, 12],
    ['an end tag with an attribute', '<opnsense></opnsense a="1">', 1, 11],
    ['an end tag whose name goes on', '<opnsense></opnsensex>', 1, 11],
    ['a name with a sign', '<opnsense><a\u00d7/></opnsense>', 1, 11],
    ['an instruction without a name', '<opnsense><? ?></opnsense>', 1, 11],
    ['an instruction whose name goes on', '<opnsense><?php+x?></opnsense>', 1, 16],
    ['an unclosed instruction', '<opnsense>\n<?php </opnsense>', 2, 1],
    ['an unclosed CDATA section', '<opnsense>\n<a><![CDATA[ ]] ></a></opnsense>', 2, 4],
    ['elements beyond the depth that libxml2 reads', `${'<a>'.repeat(257)}${'</a>'.repeat(257)}`, 1, 769],
  ])('refuses %s and says where', (_name, xml, line, column) => {
    expect(() => parseXml(xml)).toThrowError(
      expect.objectContaining({ code: 'S32_CONFIG_XML_MALFORMED', where: `config.xml:${line}:${column}` }),
    );
  });

  it('refuses every beginning of a real file that is not the whole of it', () => {
    const short = SCENARIO.slice(0, 9000).concat('</opnsense>');
    expect(() => parseXml(short)).toThrowError(expect.objectContaining({ code: 'S32_CONFIG_XML_MALFORMED' }));
    for (let length = 0; length < SCENARIO.trimEnd().length; length += 1777)
      expect(() => parseXml(SCENARIO.slice(0, length))).toThrow();
  });

  it('takes a comment that speaks of a document type', () => {
    expect(
      parseXml('<opnsense><!-- <!DOCTYPE x> & --><a><![CDATA[<!DOCTYPE & ]]></a></opnsense>').children,
    ).toHaveLength(1);
  });

  it('refuses another kind of file by its root', () => {
    expect(() => parseConfigXml('<?xml version="1.0"?>\n<pfsense/>')).toThrowError(
      expect.objectContaining({ code: 'S32_CONFIG_XML_ROOT', where: 'config.xml:2:1' }),
    );
  });

  it('never shows the content of the file in an error', () => {
    try {
      parseXml('<opnsense><password>hunter2-secret</opnsense>');
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
    }
  });

  it('reads whatever document it is given as it was built', () => {
    fc.assert(
      fc.property(documents(), ({ source, root }) => {
        const shape = (element: XmlElement): unknown => [
          element.name,
          element.text.trim(),
          element.children.map(shape),
        ];
        expect(shape(parseXml(source))).toEqual(root);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['attributes', `<opnsense ${Array.from({ length: 50_000 }, (_, at) => `a${at}=">"`).join(' ')}/>`],
    ['entities', `<opnsense>${'&#x41;'.repeat(50_000)}</opnsense>`],
    ['comments and instructions', `<opnsense>${'<!-- &&& ]]> --><?a <!-- ?>'.repeat(50_000)}</opnsense>`],
    ['sections', `<opnsense>${'<![CDATA[&<!--]]>x'.repeat(50_000)}</opnsense>`],
  ])('reads a file that is all %s in one pass', (_name, source) => {
    expect(parseXml(source).end).toBe(source.length);
  });

  it('reads elements as deep as libxml2 does', () => {
    const depth = 256;
    let element = parseXml('<a>'.repeat(depth) + '</a>'.repeat(depth));
    for (let level = 1; level < depth; level += 1) element = element.children[0] ?? expect.unreachable();
    expect(element).toMatchObject({ name: 'a', start: 3 * (depth - 1), children: [] });
  });

  it('reads 5 MB', () => {
    const inner = SCENARIO.slice(
      SCENARIO.indexOf('<OPNsense>'),
      SCENARIO.indexOf('</OPNsense>') + '</OPNsense>'.length,
    );
    const many = Array.from({ length: 125 }, () => inner).join('\n');
    const source = SCENARIO.replace('</opnsense>', `${many}</opnsense>`);
    expect(source.length).toBeGreaterThan(5_000_000);
    expect(parseXml(source).children.length).toBeGreaterThan(125);
  });
});
