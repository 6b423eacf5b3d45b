import { SOURCE_KINDS } from '../inventory/registry.js';

/** The source of a configuration as written: its key, and what stands there where that is a mapping. Undefined for none. */
export function sourceKeyOf(file: object): { readonly key: string; readonly value: object } | undefined {
  const written: Readonly<Record<string, unknown>> = { ...file };
  for (const { key } of SOURCE_KINDS) {
    const value = written[key];
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { key, value };
  }
  return undefined;
}
