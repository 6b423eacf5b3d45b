import type { Place, PortSpec, Selector } from '../../model/policy.js';
import { type Read, readPortSpec } from './ports.js';
import { readSelector } from './selectors.js';

/** A step into a file: a key or an index. */
export type PathPart = string | number;

/** One file with policy keys: its value as parsed, and where each part of it stands. */
export interface PolicySource {
  readonly value: Readonly<Record<string, unknown>>;
  locate(path: readonly PathPart[], at: 'key' | 'value'): Place;
}

/** Something wrong in a policy. */
export interface Mistake {
  readonly place: Place;
  readonly path: readonly PathPart[];
  readonly message: string;
  readonly hint: string;
}

/** Reads the values of one file and gathers what is wrong with them; values of the wrong type are for the schema to name. */
export interface Reader {
  readonly mistakes: Mistake[];
  place(path: readonly PathPart[], at?: 'key' | 'value'): Place;
  fail(path: readonly PathPart[], message: string, hint: string, at?: 'key' | 'value'): void;
  selectors(value: unknown, path: readonly PathPart[]): Selector[];
  ports(value: unknown, path: readonly PathPart[]): PortSpec[];
}

/** A reader of one file. */
export function createReader(source: PolicySource, mistakes: Mistake[]): Reader {
  const place = (path: readonly PathPart[], at: 'key' | 'value' = 'value'): Place => source.locate(path, at);
  const fail = (path: readonly PathPart[], message: string, hint: string, at: 'key' | 'value' = 'value'): void =>
    void mistakes.push({ place: place(path, at), path, message, hint });
  function each<T>(
    value: unknown,
    path: readonly PathPart[],
    read: (text: string, at: readonly PathPart[]) => Read<T>,
  ): T[] {
    return textsOf(value, path).flatMap(([text, at]) => {
      const found = read(text, at);
      if (found.ok) return [found.value];
      fail(at, found.message, found.hint);
      return [];
    });
  }
  return {
    mistakes,
    place,
    fail,
    selectors: (value, path) =>
      each(value, path, (text, at) => {
        const found = readSelector(text);
        return found.ok ? { ok: true, value: { ...found.value, text: text.trim(), place: place(at) } } : found;
      }),
    ports: (value, path) => each(value, path, readPortSpec),
  };
}

/** A mapping, or an empty one where there is something else. */
export function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The items of a list, or none where there is something else. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** One text or a list of them, each with its place. */
export function textsOf(value: unknown, path: readonly PathPart[]): [string, readonly PathPart[]][] {
  if (typeof value === 'string') return [[value, path]];
  return items(value).flatMap((item, index): [string, readonly PathPart[]][] =>
    typeof item === 'string' ? [[item, [...path, index]]] : [],
  );
}
