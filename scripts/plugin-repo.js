// Makes a signed FreeBSD package repository with the OPNsense plugin in it, for pkg on the firewall (docs/plugin-repository.md).
// node scripts/plugin-repo.js --key KEY --out FOLDER
// KEY names an RSA private key in PEM: a file that is its owner's alone, env:NAME, or credential:NAME.
import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { importBundle } from './import-bundle.js';
import { createRepository } from './plugin-repo-files.js';

const ROOT = resolve(import.meta.dirname, '..');
/** What another run of this may have left; anything else belongs to somebody. */
const OURS = /^(meta\.conf|(packagesite|data)\.pkg|All|slash32\.(pub|fingerprint))$/;

try {
  await main();
} catch (error) {
  console.error(`plugin:repo: ${error.message}`);
  process.exitCode = 1;
}

async function main() {
  const { values } = parseArgs({ options: { key: { type: 'string' }, out: { type: 'string' } } });
  if (values.key === undefined || values.out === undefined)
    throw new Error('npm run plugin:repo -- --key FILE|env:NAME|credential:NAME --out FOLDER');
  const out = resolve(values.out);
  const others = existsSync(out) ? readdirSync(out).filter((name) => !OURS.test(name)) : [];
  if (others.length > 0) throw new Error(`${out} holds other things (${others[0]}); nothing was written`);
  const key = await readKey(values.key);
  const { files, fingerprint } = createRepository({ ...makePackage(), key });
  rmSync(join(out, 'All'), { recursive: true, force: true });
  for (const { path, data } of files) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), data);
  }
  console.log(`${out}: ${files.map(({ path }) => path).join(', ')}`);
  console.log(`fingerprint of the public key, SHA-256: ${fingerprint}`);
}

async function readKey(reference) {
  refuseInside(reference);
  const { readSecret } = await importBundle(ROOT, join(ROOT, 'src/config/secret.ts'));
  const pem = await readSecret(reference, { env: process.env, redactor: { register: () => undefined } });
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error(`${reference} is no private key in PEM without a passphrase`);
  }
}

/** A key that lies among the sources is published with them some day. */
function refuseInside(reference) {
  if (/^(env|credential):/.test(reference)) return;
  const path = relative(ROOT, resolve(reference));
  if (!path.startsWith('..')) throw new Error(`${path} lies in the repository; a private key has no place there`);
}

function makePackage() {
  const folder = mkdtempSync(join(tmpdir(), 'slash32-repo-'));
  try {
    execFileSync(process.execPath, [join(import.meta.dirname, 'plugin-package.js'), '--out', folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const name = readdirSync(folder).find((one) => one.endsWith('.pkg'));
    return { name, archive: readFileSync(join(folder, name)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
