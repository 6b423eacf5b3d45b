import fc from 'fast-check';

/** Texts as OPNsense's pages save them, and as people edit them by hand: every kind of markup is in one of them. */
const BASES: readonly string[] = [
  `<?xml version="1.0"?>
<opnsense>
  <theme>opnsense</theme>
  <system>
    <hostname>fw</hostname>
    <user uuid="1f5cd2a4-05ad-4b3c-8f5e-3a7d1f0f6f5e">
      <descr>M&#xFC;ller &amp; S&#246;hne &lt;root&gt;</descr>
      <scope>system</scope>
    </user>
    <gateway_item/>
  </system>
  <interfaces>
    <lan>
      <if>em1</if>
      <ipaddr>192.168.1.1</ipaddr>
      <enable>1</enable>
    </lan>
  </interfaces>
  <dhcpd>
    <lan>
      <enable>1</enable>
      <range>
        <from>192.168.1.10</from>
        <to>192.168.1.99</to>
      </range>
      <numberoptions>
        <item/>
      </numberoptions>
      <staticmap>
        <mac>00:16:3e:00:01:01</mac>
        <ipaddr>192.168.1.11</ipaddr>
        <descr>it's "quoted" [slash32:home:default/a/eth0:a2432d30]</descr>
      </staticmap>
    </lan>
  </dhcpd>
  <OPNsense>
    <Firewall>
      <Filter version="1.0.5" persisted_at="1795316375.44" description="Firewall rules">
        <rules/>
      </Filter>
    </Firewall>
    <dhcp_ranges uuid="a"><constructor/></dhcp_ranges>
  </OPNsense>
</opnsense>
`,
  `<?xml version='1.0' encoding='utf-8' standalone='yes' ?>
<!-- kept by hand - see the wiki -->
<?note kept by hand?>
<opnsense>\r
\t<dhcpd><opt1 a="1>2" b='"' c = "&lt;&#10;" ><!----><range/>x<![CDATA[<b> & ]] > ]]>y</opt1 ></dhcpd>
\t<ünïcode name="größe">€ 😀 ]] &gt;</ünïcode>
</opnsense>
<!-- end -->`,
  '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<opnsense><a:b x:y="1">1 &#x41; &apos;</a:b><c/></opnsense>',
  '<opnsense><a><b><c d="1"/></b></a></opnsense>',
];

const CHARACTERS = split(
  '\n|\r|\t|\u000b|\u000c|\u00a0|\u0085|\u2028|\u200b|\u200c|\ufeff|\ufffd|\ufffe|\uffff|\u0000|\u0001|\u007f|ü|×|÷|ª|º|·|\u0301|' +
    '\u037e|\u203f|\u2070|\u2190|\u2c00|\u2ff0|\u3001|\ue000|\ufdd0|😀|\u{f0000}',
);
const REFERENCES = split(
  '&amp;|&amp|&uuml;|&|& ;|&#0;|&#1;|&#9;|&#13;|&#x0;|&#x1F;|&#X41;|&#x41;|&#;|&#x;|&#xD800;|&#xDFFF;|&#xE000;|&#xFFFD;|&#xFFFE;|' +
    '&#65535;|&#x1FFFF;|&#x10FFFF;|&#x110000;|&#4294967361;|&#x100000041;|&#00000000000065;',
);
const MARKUP = split(
  '>|]]|]]>|]]>|]]&gt;|<!--|-->|<!---->|<!-- a -- b -->|<!--->|<!--->-->|<!-- a --->|<!-- - -->|<![CDATA[|<![CDATA[]]>|' +
    '<![CDATA[]]]>|<![CDATA[<![CDATA[]]>|<![cdata[]]>|<!x>|<!DOCTYPE opnsense>|<!DOCTYPE a [<!ENTITY b "c">]>|<?x?>|<?x y?>|<?x+y?>|' +
    '<?1?>|<? x?>|<?xml?>|<?XML x?>|<?xml-x y?>|<?a:b?>|<?xml version="1.0"?>|<?x y?z?>|<a>|</a>|<a/>|<a></a>|<a></a\n>|<a></ a>|' +
    '<a></a b="1">|<a></ab>|<a / >|< a/>|<a b></a>|<a b=c/>|<1/>|<-a/>|<a:/>|<:a/>|<a b="1" c="2" b="3"/>|' +
    '<a b="1" c="2" d="3" c="4"/>|<a b="1"c="2"/>|<a b=\'1\' B=\'1\'/>|<a p:b="1" b="1"/>|<a b="1\n2" />|<a\u00a0b="1"/>',
);
const ATTRIBUTES = split(
  ' a="1"| a="1" a="2"| b=\'1\'| b=\'1\' c=\'2\' b=""| a="<"| a=">"| a="1| a| a=1|a="1"| 1="1"| -a="1"| uuid="x"| |\n|/| / |' +
    ' xmlns="urn:a"| xmlns:p="urn:a"| xmlns:p=""| p:a="1"| xml:lang="de"| version="1.1"| encoding="latin1"| standalone="no"',
);

/** What a hand, an editor or a broken disk puts into a file, by the place where it may well stand. */
const TOKENS = {
  anywhere: [...split('<|>|/|&|;|"|\'|=|-|--|!|?|]|]]>|[|:|.|#|1|a|xmlns| '), ...CHARACTERS],
  content: MARKUP,
  text: [...CHARACTERS, ...REFERENCES],
  name: CHARACTERS.flatMap((char) => [`<a${char}/>`, `<${char}/>`, `<?a${char}x?>`]),
  tag: ATTRIBUTES,
  value: [
    ...REFERENCES.map((reference) => ` d="${reference}"`),
    ...CHARACTERS.flatMap((char) => [` e${char}="1"`, ` ${char}="1"`, ` f="${char}"`]),
  ],
  head: split(
    '\ufeff| |\n|<?xml version="1.0"?>|<?xml version="1.1"?>|<?xml?>|<!-- a -->|<?a b?>|<a/>|x|<!DOCTYPE opnsense>|\u00a0|\u000c',
  ),
  end: split(
    ' |\n|<!-- a -->|<!-- a -- b -->|<?a b?>|<a/>|</a>|x|<![CDATA[]]>|&amp;|\u0000|\ufeff|\u00a0|<!DOCTYPE a>|<?xml version="1.0"?>',
  ),
};
type Where = keyof typeof TOKENS;

/** What the declaration of a file may say. */
const DECLARATIONS: readonly string[] = [
  ...split(
    'version="1.0"|version=\'1.0\'|version="1.1"|version="2.0"|version="1.0x"|version=1.0|version = "1.0" ||encoding="utf-8"|' +
      'version="1.0" foo="1"|version="1.0" standalone="no" encoding="utf-8"|version="1.0"encoding="utf-8"|encoding="utf-8" version="1.0"',
  ),
  ...split('UTF-8|utf8|latin1|ISO-8859-1|us-ascii|windows-1252|klingon|utf 8||UTF-16|iso-8859-15').map(
    (name) => `version="1.0" encoding="${name}"`,
  ),
  ...split('yes|no|maybe').map((answer) => `version="1.0" standalone="${answer}"`),
];

/** Bytes that stand in no UTF-8 text, and some that windows-1252 or ASCII lacks. */
const BYTES = split('ff|c080|eda080|e282|81|fc|efbbbf|f4908080|00|80|9d');

interface Step {
  readonly kind: 'insert' | 'replace' | 'delete' | 'copy' | 'move' | 'bytes' | 'declare';
  readonly where: Where;
  /** Places as a part of the length. */
  readonly at: number;
  readonly to: number;
  readonly length: number;
  readonly token: string;
}

const KINDS: readonly Step['kind'][] = [
  ...Array.from({ length: 12 }, () => 'insert' as const),
  ...(['replace', 'delete', 'copy', 'move', 'bytes', 'declare'] as const),
];
const PLACES: readonly Where[] = [
  'anywhere',
  'content',
  'content',
  'content',
  'text',
  'name',
  'tag',
  'tag',
  'value',
  'head',
  'end',
];
const WHOLE = 2 ** 30;

function step(): fc.Arbitrary<Step> {
  const place = fc.noBias(fc.nat(WHOLE)).map((at) => at / WHOLE);
  return fc.constantFrom(...KINDS).chain((kind) =>
    fc.constantFrom(...PLACES).chain((where) =>
      fc.record({
        kind: fc.constant(kind),
        where: fc.constant(where),
        at: place,
        to: place,
        length: fc.integer({ min: 1, max: 12 }),
        token: fc.constantFrom(...tokensOf(kind, where)),
      }),
    ),
  );
}

function tokensOf(kind: Step['kind'], where: Where): readonly string[] {
  if (kind === 'bytes') return BYTES;
  return kind === 'declare' ? DECLARATIONS : TOKENS[where];
}

/** Files that somebody or something changed in a place or two; many of them are still well-formed. */
export function mutants(): fc.Arbitrary<Buffer> {
  const steps = fc.oneof(
    { weight: 3, arbitrary: step().map((one) => [one]) },
    { weight: 1, arbitrary: fc.tuple(step(), step()) },
  );
  return fc.tuple(fc.constantFrom(...BASES), steps).map(([base, all]) => all.reduce(changed, Buffer.from(base)));
}

function changed(bytes: Buffer, one: Step): Buffer {
  const at = placeOf(bytes, one);
  const to = Math.floor(one.to * bytes.length);
  const piece = bytes.subarray(at, at + one.length);
  switch (one.kind) {
    case 'insert':
      return spliced(bytes, at, 0, Buffer.from(one.token));
    case 'replace':
      return spliced(bytes, at, one.length, Buffer.from(one.token));
    case 'delete':
      return spliced(bytes, at, one.length, Buffer.alloc(0));
    case 'copy':
      return spliced(bytes, to, 0, piece);
    case 'move':
      return spliced(spliced(bytes, at, one.length, Buffer.alloc(0)), to, 0, piece);
    case 'bytes':
      return spliced(bytes, at, 0, Buffer.from(one.token, 'hex'));
    case 'declare':
      return spliced(bytes, 0, Math.max(0, bytes.indexOf('?>') + 2), Buffer.from(`<?xml ${one.token}?>`));
  }
}

function placeOf(bytes: Buffer, { where, at }: Step): number {
  const place = Math.floor(at * bytes.length);
  switch (where) {
    case 'anywhere':
      return place;
    case 'content':
    case 'text':
    case 'name':
      return Math.max(0, bytes.indexOf('>', place) + 1);
    case 'tag':
    case 'value': {
      const end = bytes.indexOf('>', place);
      return bytes[end - 1] === '/'.charCodeAt(0) ? end - 1 : Math.max(0, end);
    }
    case 'head':
      return 0;
    case 'end':
      return bytes.length;
  }
}

function spliced(bytes: Buffer, at: number, drop: number, piece: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + drop)]);
}

function split(tokens: string): readonly string[] {
  return tokens.split('|');
}
