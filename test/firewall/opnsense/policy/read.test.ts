import { describe, expect, it } from 'vitest';
import { readObservedPolicy } from '../../../../src/firewall/opnsense/policy/read.js';
import { parseConfigXml } from '../../../../src/firewall/opnsense/xml/parse.js';

/** The keys of the aliases that are found to be ours, of one with each of these descriptions. */
function ours(...descriptions: readonly string[]): string[] {
  const aliases = descriptions.map(
    (text, at) =>
      `<alias uuid="0000000${at}-0000-4000-a000-000000000000"><enabled>1</enabled><name>a${at}</name><type>host</type><content/><description>${text}</description></alias>`,
  );
  const list = `<Alias><aliases>${aliases.join('')}</aliases></Alias>`;
  const root = parseConfigXml(`<opnsense><OPNsense><Firewall>${list}</Firewall></OPNsense></opnsense>`);
  return readObservedPolicy(root).aliases.map((one) => one.key);
}

describe('an entry of ours', () => {
  it('is one whose description ends in the marker, however the file writes it', () => {
    const found = ours(
      'web [slash32:home:alias/plain]',
      'web &#91;slash32:home:alias/number]',
      'web &#x5b;slash32:home:alias/hex]',
      '<![CDATA[web [slash32:home:alias/section]]]>',
      'web [sla<![CDATA[sh32:home:alias/pieces]]]>',
      'web [sla<!-- a note -->sh32:home:alias/note]',
    );
    expect(found).toEqual(['plain', 'number', 'hex', 'section', 'pieces', 'note'].map((name) => `alias/${name}`));
  });

  it('is none that only speaks of one', () => {
    expect(ours('by hand', 'slash32 made this', '[slash32:home:alias/web] was here', '')).toEqual([]);
  });
});
