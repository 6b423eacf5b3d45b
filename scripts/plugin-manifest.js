import { createHash } from 'node:crypto';

const PREFIX = '/usr/local';

/**
 * What pkg wants to know about the package, as its manifest has it. Files are told apart by SHA-256, which pkg writes
 * with `1$` in front; texts and paths are percent-encoded where pkg decodes them.
 *
 * @param {{ make: Record<string, string>, desc: string, version: object, scripts: Record<string, string>,
 *   entries: { path: string, data: Buffer }[], dependencies: Record<string, { origin: string, version: string }> }} plugin
 * @returns {{ full: object, compact: object }} the compact one has neither files nor scripts
 */
export function createManifests({ make, desc, version, scripts, entries, dependencies }) {
  const name = `os-${make.NAME}`;
  const compact = {
    name,
    origin: `opnsense/${name}`,
    version: packageVersion(make),
    comment: make.COMMENT,
    maintainer: make.MAINTAINER,
    www: make.WWW,
    abi: 'FreeBSD:*:*',
    arch: 'freebsd:*:*',
    prefix: PREFIX,
    flatsize: entries.reduce((sum, entry) => sum + entry.data.length, 0),
    licenselogic: 'single',
    licenses: [make.LICENSE],
    desc: encode(desc.trimEnd()),
    deps: dependencies,
    categories: ['net'],
    annotations: version,
  };
  const files = Object.fromEntries(entries.map(({ path, data }) => [encode(path), `1$${sha256(data)}`]));
  const encoded = Object.fromEntries(Object.entries(scripts).map(([key, text]) => [key, encode(text)]));
  return { full: { ...compact, files, scripts: encoded }, compact };
}

/** `1.0`, or `1.0_2` from the second revision on. */
export function packageVersion(make) {
  return (make.REVISION ?? '0') === '0' ? make.VERSION : `${make.VERSION}_${make.REVISION}`;
}

/** SHA-256 as hexadecimal digits. */
export function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}

function encode(text) {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte > 0x7f || byte === 0x25 ? `%${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte),
    )
    .join('');
}
