// For scripts that need a part of src/ as it is: TypeScript is put together on the fly.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

/**
 * The exports of a module with all that it imports; packages stay outside.
 * @param {string} root of the repository
 * @param {string} input the module
 * @param {import('rolldown').Plugin[]} plugins
 */
export async function importBundle(root, input, plugins = []) {
  const bundle = await rolldown({ input, cwd: root, platform: 'node', external: (id) => /^[^./\0]/.test(id), plugins });
  // there, so that the packages are found from it
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'slash32-'));
  const file = join(folder, 'bundle.mjs');
  try {
    await bundle.write({ file, codeSplitting: false });
    return await import(pathToFileURL(file).href);
  } finally {
    await bundle.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
