import { isDeepStrictEqual } from 'node:util';
import { Document, parseDocument } from 'yaml';
import { Slash32Error } from '../../errors/slash32-error.js';
import { parseYaml } from '../document.js';
import { MIGRATIONS, type Migration, migrationsFrom, SCHEMA_VERSION } from './migrations.js';
import { spliceChanges } from './splice.js';

/** The value of a file as the newest schema has it. `value` comes from `parseYaml`, which bounds its aliases; it is not changed. */
export function migrateValue(value: unknown, version: number, all: readonly Migration[] = MIGRATIONS): unknown {
  const document = new Document(structuredClone(value));
  edit(document, version, all);
  return document.toJS({ maxAliasCount: -1 });
}

/**
 * The text of a file as the newest schema has it: comments, order and everything that a migration does not touch stay, byte
 * for byte where the file is written in the usual way. `text` must have passed the check. Throws `S32_CONFIG_MIGRATE`
 * when no text could be made that means what it should.
 */
export function migrateText(
  text: string,
  version: number,
  file: string,
  all: readonly Migration[] = MIGRATIONS,
): string {
  const wanted = migrateValue(parseYaml(text).value, version, all);
  const before = parseDocument(text);
  const after = parseDocument(text);
  edit(after, version, all);
  const spliced = spliceChanges(text, before, after);
  const candidates = [...(spliced === undefined ? [] : [spliced]), after.toString({ lineWidth: 0 })];
  const found = candidates.find((candidate) => isDeepStrictEqual(parseYaml(candidate).value, wanted));
  if (found !== undefined) return found;
  throw new Slash32Error('S32_CONFIG_MIGRATE', {
    message: `${file} is written in a way that could not be rewritten without a risk.`,
    where: file,
    hint: 'Make the changes that slash32 check names by hand, and write version: 1 at the top.',
  });
}

function edit(document: Document, version: number, all: readonly Migration[]): void {
  for (const migration of migrationsFrom(version, all)) migration.edit(document);
  document.set('version', SCHEMA_VERSION);
}
