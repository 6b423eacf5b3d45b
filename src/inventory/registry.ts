import { INCUS } from './incus/kind.js';
import { LIBVIRT } from './libvirt/kind.js';
import type { SourceKind } from './source-kind.js';

/** Every kind of source, in the order in which people are shown them. */
export const SOURCE_KINDS: readonly SourceKind[] = [INCUS, LIBVIRT];

/** Loads the code of all of them, see `SourceKind.load`. */
export async function loadAllSources(): Promise<void> {
  await Promise.all(SOURCE_KINDS.map((kind) => kind.load()));
}

/** The kind of a key of slash32.yaml. */
export function sourceKind(key: string): SourceKind | undefined {
  return SOURCE_KINDS.find((kind) => kind.key === key);
}
