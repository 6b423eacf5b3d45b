import { type Document, isMap, isScalar } from 'yaml';

/** The version of slash32.yaml that this program reads and writes. */
export const SCHEMA_VERSION = 1;

/** One step from a version of slash32.yaml to the next. */
export interface Migration {
  readonly from: number;
  readonly to: number;
  /** What a person should know of it, one sentence. */
  readonly about: string;
  /** Edits a document of version `from` in place; comments and the order of keys stay. `version` itself is not its job. */
  edit(document: Document): void;
}

/** From the oldest version on; each one begins where the one before it ends. */
export const MIGRATIONS: readonly Migration[] = [
  {
    from: 0,
    to: 1,
    about: 'Without a schedule the service runs at 03:00 by default now; a file from before does so only when told to.',
    edit(document) {
      if (document.has('schedule')) return;
      const pair = document.createPair('schedule', { reconcile: 'never' });
      if (isMap(pair.value)) pair.value.flow = true;
      if (isScalar(pair.key))
        pair.key.commentBefore = ' The service runs at night only when told to, as before. For example: "0 3 * * *".';
      document.add(pair);
    },
  },
];

/**
 * The schema version of a file by its parsed value: 0 without a `version`, as files were before there was one; undefined
 * when what is written there is no version.
 */
export function versionOf(value: Readonly<Record<string, unknown>>): number | undefined {
  const { version } = value;
  if (version === undefined) return 0;
  return typeof version === 'number' && Number.isSafeInteger(version) && version >= 0 ? version : undefined;
}

/** The migrations that lead from a version to `SCHEMA_VERSION`. */
export function migrationsFrom(version: number, all: readonly Migration[] = MIGRATIONS): readonly Migration[] {
  return all.filter((one) => one.from >= version);
}
