#!/usr/bin/env node
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = new URL('../dist/cli/main.js', import.meta.url);
const sources = fileURLToPath(new URL('../src', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`slash32 needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else if (!existsSync(fileURLToPath(entry))) {
  process.stderr.write('slash32 is not built yet. Run: npm run build\n');
  process.exitCode = 1;
} else {
  // Whoever looks at a terminal in a checkout may have changed what he runs; a package has no sources, and a script needs no word.
  if (process.stderr.isTTY && existsSync(sources) && newest(sources) > statSync(entry).mtimeMs)
    process.stderr.write('The sources are newer than what runs here. Run: npm run build\n');
  const { main } = await import(entry.href);
  await main();
}

/** When a file of a folder was changed last. */
function newest(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files.reduce(
    (latest, file) => Math.max(latest, statSync(join(file.parentPath ?? file.path, file.name)).mtimeMs),
    0,
  );
}
