import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Some tests run the real program from dist/: it is built before any test, unless it is newer than every source. A wrong type
 * is printed and stops nothing here, since `npm test` has asked for the types before; what is there is not cleared away first,
 * because another run may be using it. The plugin's package is made where it is missing or older than its sources. With
 * SLASH32_NO_BUILD=1 both stay as they are: scripts/mutate.js tries faulty sources, which must not get there.
 */
export function setup(): void {
  if (process.env.SLASH32_NO_BUILD === '1') return;
  buildProgram();
  const plugin = join(ROOT, 'dist/plugin');
  if (existsSync(plugin) && newest(plugin) > newest(join(ROOT, 'plugin/net/slash32'))) return;
  rmSync(plugin, { recursive: true, force: true });
  execFileSync(process.execPath, [join(ROOT, 'scripts/plugin-package.js'), '--out', plugin], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function buildProgram(): void {
  const entry = join(ROOT, 'dist/cli/main.js');
  if (existsSync(entry) && statSync(entry).mtimeMs > newest(join(ROOT, 'src'))) return;
  try {
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  } catch (error) {
    if (!existsSync(entry)) throw error;
  }
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}
