import { Slash32Error } from '../../errors/slash32-error.js';
import type { Instance } from '../../model/instance.js';
import { child, textOf, type XmlElement } from '../../xml/element.js';
import { XmlFault } from '../../xml/fault.js';
import { parseXml } from '../../xml/parse.js';
import { positionOf } from '../../xml/position.js';
import { isTruthy } from '../shared/guards.js';
import { invalidFile } from '../shared/read-json.js';
import { readTags } from '../shared/words.js';
import { readInterfaces } from './interfaces.js';

/** libvirt has no projects; this is the name that people leave out. */
export const PROJECT = 'default';

/** What became of one `<domain>`. */
export type DomainReading =
  | { readonly kind: 'instance'; readonly instance: Instance; readonly leftOut: readonly string[] }
  /** A machine stands there, but who it is or what NICs it has is not known. */
  | { readonly kind: 'opaque'; readonly why: string };

/** The namespace of what people write for slash32 into `<metadata>` (`virsh metadata NAME urn:slash32 --key slash32 --set …`). */
export const METADATA = 'urn:slash32';

const DECLARATION = /^\s*<\?xml\s[^>]*\?>/;
/** Around what was printed one after the other, so that it is one document; its lines stay those of the file. */
const AROUND = ['<domains>', '</domains>'] as const;

/**
 * The `<domain>` elements of a text: libvirt's own file of a machine, the state of a running one (`<domstatus>`), or the output of
 * `virsh dumpxml` for several. Throws `S32_INVENTORY_FILE_INVALID` with the line for anything else.
 */
export function parseDomains(text: string, source: string): readonly XmlElement[] {
  const body = text.replace(DECLARATION, (declaration) => declaration.replace(/[^\n]/g, ' '));
  const found = rootOf(`${AROUND[0]}${body}${AROUND[1]}`, source).children.map((element) =>
    element.name === 'domstatus' ? child(element, 'domain') : element,
  );
  const [first] = found.filter((element) => element === undefined || element.name !== 'domain');
  if (first !== undefined || found.includes(undefined))
    throw invalidFile(source, `holds <${first?.name ?? 'domstatus'}> where a <domain> of libvirt was expected`);
  const domains = found.filter((element) => element !== undefined);
  if (domains.length === 0 && body.trim() !== '') throw invalidFile(source, 'holds no <domain> of libvirt');
  if (domains.length === 0) throw invalidFile(source, 'is empty: did virsh fail before it was written?');
  return domains;
}

function rootOf(text: string, source: string): XmlElement {
  try {
    return parseXml(text, { namespaces: true });
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    const column = error.line === 1 ? Math.max(1, error.column - AROUND[0].length) : error.column;
    const end = positionOf(text, text.length - AROUND[1].length);
    const isCut = error.line === end.line && error.column >= end.column;
    throw new Slash32Error('S32_INVENTORY_FILE_INVALID', {
      message: isCut
        ? `${source} is cut short: it ends in the middle of a machine.`
        : `${source} is not the XML of libvirt. Line ${error.line}: ${error.message}`,
      where: `${source}:${error.line}:${column}`,
      cause: error,
    });
  }
}

/** Reads one machine (libvirt: formatdomain). A running one has an `id`; of another one it is not known whether it runs. */
export function readDomain(domain: XmlElement): DomainReading {
  const name = textOf(domain, 'name');
  const uuid = textOf(domain, 'uuid').toLowerCase();
  if (name === '' || name.includes('/')) return { kind: 'opaque', why: 'a machine has no usable <name>' };
  const devices = child(domain, 'devices');
  if (devices === undefined) return { kind: 'opaque', why: `the machine ${name} stands there without its <devices>` };
  const wishes = wishesOf(domain);
  const { nics, sideNics, leftOut } = readInterfaces(devices, wishes);
  return {
    kind: 'instance',
    leftOut,
    instance: {
      project: PROJECT,
      name,
      uuid: /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(uuid) ? uuid : undefined,
      type: domain.attributes.type === 'lxc' || domain.attributes.type === 'openvz' ? 'container' : 'virtual-machine',
      status: domain.attributes.id === undefined ? 'unknown' : 'running',
      ignored: isTruthy(wishes.ignore),
      pinnedAddress: wishes.ipv4?.trim() || undefined,
      tags: readTags(wishes.tags),
      nics,
      ...(sideNics.length === 0 ? {} : { sideNics }),
      ...(isTruthy(wishes.source_routing) ? { sourceRouting: true } : {}),
    },
  };
}

/** Attributes of the element that a person put into `<metadata>`; its prefix is his to choose, so the namespace tells. */
function wishesOf(domain: XmlElement): Readonly<Record<string, string>> {
  const own = child(domain, 'metadata')?.children.find(({ name, attributes }) => {
    const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : undefined;
    return attributes[prefix === undefined ? 'xmlns' : `xmlns:${prefix}`] === METADATA;
  });
  return own?.attributes ?? {};
}
