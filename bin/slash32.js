#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const entry = new URL('../dist/cli/main.js', import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`slash32 needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exitCode = 1;
} else if (!existsSync(fileURLToPath(entry))) {
  process.stderr.write('slash32 is not built yet. Run: npm run build\n');
  process.exitCode = 1;
} else {
  const { main } = await import(entry.href);
  await main();
}
