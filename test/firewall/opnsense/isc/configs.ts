import fc from 'fast-check';

/** One tag of an interface, and its children when it is laid out over lines. */
type Tag = string | { readonly name: string; readonly attributes?: string; readonly inner: readonly Tag[] };

interface Style {
  readonly newline: string;
  readonly indent: string;
  readonly finalNewline: boolean;
  readonly compact: boolean;
}

const STYLES = fc.record<Style>({
  newline: fc.constantFrom('\n', '\r\n'),
  indent: fc.constantFrom('  ', '\t', '    '),
  finalNewline: fc.boolean(),
  compact: fc.boolean(),
});

const OTHER = [
  '<system><x a="1>0">M&#xFC;ller &amp; ü</x></system>',
  '<OPNsense><constructor/><y><![CDATA[<dhcpd><opt3>]]></y></OPNsense>',
  '<!-- <dhcpd> & so on -->',
  '<rrd><enable/></rrd>',
];

const FOREIGN: Tag[] = [
  '<winsserver/>',
  '<ddnsdomainkey><![CDATA[a<b]]></ddnsdomainkey>',
  '<!-- keep & "this" -->',
  "<descr x='\"' >M&#252;ller</descr >",
  { name: 'pool', attributes: ' uuid="1"', inner: [{ name: 'range', inner: ['<from>10.10.3.20</from>', '<to/>'] }] },
];

const ODD: Tag[] = [
  '<enable/>',
  '<staticarp/>',
  '<staticarp>0</staticarp>',
  '<mac_allow/>',
  '<gateway><![CDATA[none]]></gateway>',
  '<range/>',
  '<denyunknown />',
  '<numberoptions/>',
  {
    name: 'numberoptions',
    inner: [
      '<!-- x -->',
      { name: 'item', inner: ['<number>1</number>', '<type>text</type>', '<value>x</value>'] },
      '<item><number>66</number></item>',
    ],
  },
];

const PLAIN: Tag[] = [
  '<enable>1</enable>',
  { name: 'range', inner: ['<from>10.10.3.100</from>', '<to>10.10.3.200</to>'] },
  '<denyunknown>1</denyunknown>',
  '<mac_allow>00:16:3e</mac_allow>',
  '<staticarp>1</staticarp>',
  '<gateway>10.10.3.1</gateway>',
  {
    name: 'numberoptions',
    inner: [{ name: 'item', inner: ['<number>66</number>', '<type>text</type>', '<value>x</value>'] }],
  },
];

const MAP_NOISE: Tag[] = [
  '<cid/>',
  '<!-- a -->',
  '<my:field b="2">ü</my:field>',
  '<winsserver/>',
  '<filename>a&amp;b</filename>',
];

function staticmap(number: number, noise: readonly Tag[], form: string): Tag {
  const mac = `00:16:3e:00:09:${number.toString(16).padStart(2, '0')}`;
  const fields: Tag[] = [
    `<mac>${form === 'odd' ? mac.toUpperCase() : mac}</mac>`,
    `<ipaddr>10.10.3.${number}</ipaddr>`,
    ...(form === 'odd'
      ? ['<hostname><![CDATA[h]]></hostname>', '<arp_table_static_entry/>']
      : [`<hostname>h${number}</hostname>`]),
    ...noise,
  ];
  return { name: 'staticmap', attributes: form === 'odd' ? ' uuid="z"' : '', inner: fields };
}

function render(tag: Tag, style: Style, depth: number): string {
  if (typeof tag === 'string') return tag;
  const line = (level: number) => (style.compact ? '' : style.newline + style.indent.repeat(level));
  const inner = tag.inner.map((one) => line(depth + 1) + render(one, style, depth + 1)).join('');
  return `<${tag.name}${tag.attributes ?? ''}>${inner}${tag.inner.length === 0 ? '' : line(depth)}</${tag.name}>`;
}

function whole(style: Style, head: string, sections: readonly Tag[]): string {
  const text = head + render({ name: 'opnsense', inner: sections }, style, 0);
  return style.finalNewline ? text + style.newline : text;
}

function unique(tags: readonly Tag[]): Tag[] {
  const name = (tag: Tag) => (typeof tag === 'string' ? (/^<([\w!-]+)/.exec(tag)?.[1] ?? tag) : tag.name);
  return tags.filter(
    (tag, index) => name(tag).startsWith('!') || tags.findIndex((one) => name(one) === name(tag)) === index,
  );
}

const MAPS = (forms: readonly string[]) =>
  fc.uniqueArray(
    fc.record({
      number: fc.integer({ min: 100, max: 199 }),
      noise: fc.subarray(MAP_NOISE),
      form: fc.constantFrom(...forms),
    }),
    {
      selector: (one) => one.number,
      maxLength: 5,
    },
  );

/** Files in every form that OPNsense or a person can leave behind, with `<dhcpd>` missing, empty, or holding interfaces. */
export function configs(): fc.Arbitrary<string> {
  const one = fc
    .tuple(fc.shuffledSubarray([...PLAIN, ...FOREIGN, ...ODD]), MAPS(['plain', 'odd']))
    .chain(([tags, maps]) =>
      fc.shuffledSubarray([...unique(tags), ...maps.map((map) => staticmap(map.number, map.noise, map.form))]),
    );
  const dhcpd = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(one, one)
        .map(([opt3, lan]): Tag[] => [
          { name: 'dhcpd', inner: [{ name: 'lan', inner: lan }, '<!-- between -->', { name: 'opt3', inner: opt3 }] },
        ]),
    },
    fc.constantFrom<Tag[]>([], ['<dhcpd/>'], ['<dhcpd a="1" />'], ['<dhcpd></dhcpd>'], ['<dhcpd><opt3/></dhcpd>']),
  );
  return fc
    .record({
      style: STYLES,
      before: fc.subarray(OTHER),
      dhcpd,
      after: fc.subarray(OTHER),
      head: fc.constantFrom('', '<?xml version="1.0"?>\n'),
    })
    .filter(({ before, after }) => [...before, ...after].some((section) => !section.startsWith('<!')))
    .map(({ style, before, dhcpd: section, after, head }) => whole(style, head, [...before, ...section, ...after]));
}

/** Files with one interface whose settings are written as OPNsense writes them, among foreign tags and entries. */
export function plainConfigs(): fc.Arbitrary<string> {
  return fc
    .record({
      style: STYLES,
      settings: fc.subarray(PLAIN),
      foreign: fc.subarray(FOREIGN, { minLength: 1 }),
      maps: MAPS(['plain']),
    })
    .map(({ style, settings, foreign, maps }) => {
      const inner = [...settings, ...foreign, ...maps.map((map) => staticmap(map.number, map.noise, map.form))];
      return whole(style, '', [OTHER[0] ?? '', { name: 'dhcpd', inner: [{ name: 'opt3', inner }] }]);
    });
}
