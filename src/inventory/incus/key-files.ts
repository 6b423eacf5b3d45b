import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { access, open, readFile, rename, rm } from 'node:fs/promises';
import { Slash32Error } from '../../errors/slash32-error.js';
import type { KeyedCertificate } from './certificate.js';

/** Where certificate and key go. */
export interface KeyPaths {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate and key that are safely on the disk, but not yet under their names. */
export interface PreparedKeyFiles {
  /** Puts both under their names. */
  commit(): Promise<void>;
  /** Removes what was prepared. */
  discard(): Promise<void>;
}

/** Refuses to overwrite files unless `replace`. Throws `S32_INCUS_KEY_EXISTS`. */
export async function assertKeyFilesFree(paths: KeyPaths, replace: boolean): Promise<void> {
  if (replace) return;
  for (const path of [paths.keyFile, paths.certFile]) {
    if (await exists(path)) {
      throw new Slash32Error('S32_INCUS_KEY_EXISTS', { message: `${path} exists already.`, where: path });
    }
  }
}

/**
 * The certificate and key that an earlier enrolment left, where both are there and belong together; undefined where neither is. Throws
 * `S32_INCUS_KEY_EXISTS` for anything else: what it is, nobody knows here.
 */
export async function readKeyFiles({ certFile, keyFile }: KeyPaths): Promise<KeyedCertificate | undefined> {
  const there = await Promise.all([certFile, keyFile].map(exists));
  if (!there.includes(true)) return undefined;
  try {
    const [certificate, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return { certificate, key };
  } catch {
    // Said below: whatever is wrong with them, they are not the two files of an enrolment.
  }
  const message = `${certFile} and ${keyFile} are no certificate with its key, and stay as they are.`;
  throw new Slash32Error('S32_INCUS_KEY_EXISTS', { message, where: keyFile });
}

/**
 * Writes both files beside their final names, mode 0600, and forces them to the disk. A trust token works once, so
 * that a full disk must show before it is used. Throws `S32_INCUS_KEY_WRITE`.
 */
export async function prepareKeyFiles(paths: KeyPaths, content: KeyedCertificate): Promise<PreparedKeyFiles> {
  const suffix = `.${randomBytes(6).toString('hex')}.tmp`;
  const files = [
    { name: paths.keyFile, temporary: paths.keyFile + suffix, content: content.key },
    { name: paths.certFile, temporary: paths.certFile + suffix, content: content.certificate },
  ];
  async function discard(): Promise<void> {
    for (const file of files) await rm(file.temporary, { force: true }).catch(() => undefined);
  }
  for (const file of files) {
    await writeNew(file.temporary, file.content).catch(async (error: unknown) => {
      await discard();
      throw writeFailure(file.name, error, '');
    });
  }
  return {
    discard,
    async commit() {
      for (const file of files) {
        await rename(file.temporary, file.name).catch((error: unknown) => {
          throw writeFailure(file.name, error, ` The trust token was used; the new file is ${file.temporary}.`);
        });
      }
    },
  };
}

async function writeNew(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}

function writeFailure(path: string, error: unknown, more: string): Slash32Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  return new Slash32Error('S32_INCUS_KEY_WRITE', {
    message: `${path} cannot be written (${code}).${more}`,
    where: path,
    cause: error,
  });
}
