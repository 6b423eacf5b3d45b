#!/usr/bin/env node
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = new URL('../dist/cli/main.js', import.meta.url);
const sources = fileURLToPath(new URL('../src', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  refuse(`slash32 needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
} else {
  const program = await load();
  await program?.main();
}

/** The program; undefined where it cannot be loaded, which is said. */
async function load() {
  try {
    accessSync(entry, constants.R_OK);
    // Whoever looks at a terminal in a checkout may have changed what he runs; a package has no sources, and a script needs no word.
    if (process.stderr.isTTY && existsSync(sources) && newest(sources) > statSync(entry).mtimeMs)
      process.stderr.write('The sources are newer than what runs here. Run: npm run build\n');
    return await import(entry.href);
  } catch (error) {
    if (error.code === 'ENOENT') return refuse('slash32 is not built yet. Run: npm run build');
    if (error.code === 'EACCES')
      return refuse(`This user may not read ${error.path ?? fileURLToPath(entry)}, which slash32 is made of.`);
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return refuse(`A part of slash32 is missing. Install it again; in a checkout: npm run build\n${error.message}`);
  }
}

function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

/** When a file of a folder was changed last; long ago where that cannot be seen. */
function newest(folder) {
  try {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    return files.reduce(
      (latest, file) => Math.max(latest, statSync(join(file.parentPath ?? file.path, file.name)).mtimeMs),
      0,
    );
  } catch {
    return 0;
  }
}
