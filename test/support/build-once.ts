import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the built program is made of. */
const MADE_OF = ['src', 'plugin/net/slash32', 'scripts', 'package-lock.json'];

/**
 * Some tests run the real program from dist/: it is built before any test, unless it is newer than all that it is made of. A wrong
 * type is printed and stops nothing here, since `npm test` has asked for the types before. With SLASH32_NO_BUILD=1 it stays as it
 * is: scripts/mutate.js tries faulty sources, which must not get there.
 */
export function setup(): void {
  const entry = join(ROOT, 'dist/cli/main.js');
  if (process.env.SLASH32_NO_BUILD === '1' || isNewer(entry)) return;
  try {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.js'), '--loose'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch (error) {
    if (!existsSync(entry)) throw error;
  }
}

function isNewer(entry: string): boolean {
  if (!existsSync(entry)) return false;
  const built = statSync(entry).mtimeMs;
  return MADE_OF.every((path) => newest(join(ROOT, path)) < built);
}

function newest(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}
