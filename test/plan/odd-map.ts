import fc from 'fast-check';

/** The NICs that mappings may be of, and the network that they stand in, `10.2.0`. */
export interface OddMapScene {
  readonly web: string;
  readonly db: string;
  readonly net: string;
}

/** Static mappings with what may stand in their fields: nothing, what OPNsense's pages let through, what a person may have typed. */
export function oddMaps({ web, db, net }: OddMapScene): fc.Arbitrary<string[]> {
  const one = fc
    .record({
      mac: fc.constantFrom(
        ...[undefined, '', web, db, db.toUpperCase(), db.replaceAll(':', '-'), 'garbage', '00:00:00:00:00:00', '10:66'],
      ),
      ipaddr: fc.constantFrom(
        ...[undefined, '', `${net}.20`, `${net}.90`, ` ${net}.91 `, `${net}.300`, `${net}.010`, `${net}.1`],
        ...['db', '::1', '0'],
      ),
      hostname: fc.constantFrom(undefined, '', 'web', 'WEB', 'a b', 'M&#xFC;ller', 'x'.repeat(70), '&quot;'),
      descr: fc.constantFrom(
        undefined,
        '',
        'by hand &amp; old',
        'web [slash32:home:default/web/eth0:11111111]',
        'gone [slash32:home:default/gone/eth0:33333333]',
        'gone [slash32:home:default/gone/eth0:33333333:retired=2026-01-01T00:00:00Z]',
        'there [slash32:other:default/db/eth0:22222222]',
        'broken [slash32:home:',
      ),
      cid: fc.constantFrom(undefined, '01:02'),
    })
    .map(staticMap);
  return fc.array(one, { minLength: 1, maxLength: 4 });
}

/** A static mapping as config.xml has it; a field that is undefined is not there at all. */
export function staticMap(fields: Readonly<Record<string, string | undefined>>): string {
  const inner = Object.entries(fields).map(([name, text]) => (text === undefined ? '' : `<${name}>${text}</${name}>`));
  return `<staticmap>${inner.join('')}</staticmap>`;
}
