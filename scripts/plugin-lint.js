// Lints the OPNsense plugin: php -l, xmllint, sh -n, and the rules of OPNsense's own `make lint` and `make style` as far
// as they can be told without FreeBSD. node scripts/plugin-lint.js [--from PLUGIN-FOLDER]
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { lintFolder } from './plugin-lint-folder.js';

const { values } = parseArgs({ options: { from: { type: 'string' } } });
const { lines, isClean } = lintFolder(resolve(values.from ?? join(import.meta.dirname, '../plugin/net/slash32')));
for (const line of lines) console.log(line);
process.exitCode = isClean ? 0 : 1;
