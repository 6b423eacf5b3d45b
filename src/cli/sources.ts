import { SOURCE_KINDS } from '../inventory/registry.js';
import type { SourceKind } from '../inventory/source-kind.js';

/** Help of `--inventory`, which every kind of source has. */
export const INVENTORY_HELP = `read this in place of the source (${SOURCE_KINDS.map(({ key, fileContent }) => `${key}: ${fileContent}`).join('; ')}); - is standard input`;

/** An option of `slash32 init` that names a source by a single word. */
export interface InitSource {
  readonly kind: SourceKind;
  readonly flag: string;
  /** As it stands in the help: `--libvirt <path>`. */
  readonly option: string;
  readonly about: string;
  /** The key of slash32.yaml that it fills. */
  readonly fills: string;
}

/** Every such option. */
export const INIT_SOURCES: readonly InitSource[] = SOURCE_KINDS.flatMap((kind) => {
  if (kind.init === undefined) return [];
  const { argument, about, fills } = kind.init;
  const flag = `--${kind.key}`;
  return [{ kind, flag, option: `${flag} <${argument}>`, about: `${kind.title}: ${about}`, fills }];
});

/** The one that was given, with its word. */
export function givenSource(options: object): { readonly source: InitSource; readonly word: string } | undefined {
  const given: Readonly<Record<string, unknown>> = { ...options };
  for (const source of INIT_SOURCES) {
    const word = given[source.kind.key];
    if (typeof word === 'string') return { source, word };
  }
  return undefined;
}
