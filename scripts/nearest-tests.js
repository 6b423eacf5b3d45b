// Which tests a file of src/ is near to, for test-changed.js and mutate.js.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** They start many processes or play whole histories, and hold what others hold in a smaller form. */
const LONG = [
  'test/bench',
  'test/cli/plugin-php.test.ts',
  'test/cli/process.test.ts',
  'test/docs',
  'test/cli/saved-pages.test.ts',
  'test/firewall/contract',
  'test/firewall/opnsense/api/faults.test.ts',
  'test/firewall/opnsense/api/policy-order.test.ts',
  'test/firewall/opnsense/isc/dhcpd-agrees.test.ts',
  'test/http/contract.test.ts',
  'test/http/pages.test.ts',
  'test/lab',
  'test/packaging',
  'test/plugin/contract',
  'test/plugin/engine',
  'test/plugin/gui',
  'test/serve',
  'test/support',
];

/** Whether a test is one of those that take longest. */
export function isLong(path) {
  return LONG.some((long) => path === long || path.startsWith(`${long}/`));
}

/**
 * The files, and all that import them, directly or not, with the number of imports in between.
 * @param {readonly string[]} files from the root of the repository
 * @returns {Map<string, number>}
 */
export function importersOf(files) {
  const importers = new Map();
  for (const folder of ['src', 'tools', 'test'])
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const file = join(entry.parentPath, entry.name);
      for (const [, to = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import\(?) ?'(\.[^']*)'/g)) {
        const target = relative(ROOT, join(dirname(file), to.replace(/\.js$/, '.ts')));
        importers.set(target, [...(importers.get(target) ?? []), relative(ROOT, file)]);
      }
    }
  const found = new Map();
  let open = [...files];
  for (let distance = 0; open.length > 0; distance += 1) {
    const next = [];
    for (const file of open) {
      if (found.has(file)) continue;
      found.set(file, distance);
      next.push(...(importers.get(file) ?? []));
    }
    open = next;
  }
  return found;
}
