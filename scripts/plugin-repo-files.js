import { createPublicKey, sign } from 'node:crypto';
import { sha256 } from './plugin-manifest.js';
import { writeTar } from './plugin-tar.js';

/** 2026-01-01: the catalogue says nothing of when it was made. */
const TIME = 1767225600;
const LEAST_BITS = 2048;
/** Uncompressed, so that the same sources give the same bytes under every version of Node. */
const META = `version = 2;
packing_format = "tar";
manifests = "packagesite.yaml";
manifests_archive = "packagesite";
data = "data";
data_archive = "data";
`;

/**
 * The files of a package repository with one package in it, as FreeBSD's pkg reads it: the catalogue in both forms, signed so that
 * FINGERPRINTS and PUBKEY both hold. Pure.
 *
 * @param {{ name: string, archive: Buffer, key: import('node:crypto').KeyObject }} input the package's file name and bytes, an RSA private key
 * @returns {{ files: { path: string, data: Buffer }[], fingerprint: string }}
 */
export function createRepository({ name, archive, key }) {
  assertKey(key);
  const path = `All/${name}`;
  const entry = {
    ...readCompactManifest(archive),
    sum: sha256(archive),
    path,
    repopath: path,
    pkgsize: archive.length,
  };
  const publicKey = Buffer.from(createPublicKey(key).export({ type: 'spki', format: 'pem' }));
  const fingerprint = sha256(publicKey);
  const manifests = Buffer.from(`${JSON.stringify(entry)}\n`);
  const data = Buffer.from(JSON.stringify({ groups: [], expired_packages: [], packages: [entry] }));
  return {
    fingerprint,
    files: [
      { path: 'meta.conf', data: Buffer.from(META) },
      { path: 'packagesite.pkg', data: signedArchive('packagesite.yaml', manifests, key, publicKey) },
      { path: 'data.pkg', data: signedArchive('data', data, key, publicKey) },
      { path, data: archive },
      { path: 'slash32.pub', data: publicKey },
      { path: 'slash32.fingerprint', data: Buffer.from(`function: "sha256"\nfingerprint: "${fingerprint}"\n`) },
    ],
  };
}

function assertKey(key) {
  if (key.type !== 'private') throw new Error('the key is no private key');
  if (key.asymmetricKeyType !== 'rsa')
    throw new Error(`the key is of the type ${key.asymmetricKeyType}; the pkg of every OPNsense knows RSA only`);
  const bits = key.asymmetricKeyDetails.modulusLength;
  if (bits < LEAST_BITS) throw new Error(`the key has ${bits} bits; ${LEAST_BITS} are the least`);
}

/** pkg signs the hexadecimal digits of a file's SHA-256; `signature` is what PUBKEY looks for, the other two FINGERPRINTS. */
function signedArchive(name, data, key, publicKey) {
  const signature = sign('sha256', Buffer.from(sha256(data)), key);
  return writeTar(
    [
      { path: 'signature', data: signature },
      { path: `${name}.sig`, data: signature },
      { path: `${name}.pub`, data: publicKey },
      { path: name, data },
    ].map((entry) => ({ ...entry, mode: 0o644, time: TIME })),
  );
}

/** The first entry of a package is its manifest without files and scripts, which is what a catalogue has. */
function readCompactManifest(archive) {
  const name = archive.toString('utf8', 0, archive.indexOf(0));
  if (name !== '+COMPACT_MANIFEST') throw new Error('this is no package of plugin:package');
  const size = Number.parseInt(archive.toString('latin1', 124, 135), 8);
  return JSON.parse(archive.toString('utf8', 512, 512 + size));
}
