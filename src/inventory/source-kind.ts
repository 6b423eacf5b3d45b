import type { Readable } from 'node:stream';
import type { RequestObserver } from '../model/observer.js';
import type { SourceListener } from './listening.js';
import type { Source } from './source.js';

/** What reading a source needs of the process. */
export interface SourceDeps {
  /** Reads a secret by its reference (a path, `credential:NAME`, `env:NAME`) and keeps it out of everything that is said. */
  readonly readSecret: (reference: string) => Promise<string>;
  /** Read where the configuration names `-` in place of a file. */
  readonly stdin: Readable;
  readonly now: () => Date;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Hears of each call to the source. */
  readonly observe?: RequestObserver | undefined;
}

/** A source as slash32.yaml names it. Nothing of it is reached before somebody connects or listens. */
export interface ConfiguredSource {
  /** The key of slash32.yaml. */
  readonly kind: string;
  /** How it is read, a word for people: `socket`, `file`. */
  readonly via: string;
  /** Where it is read, for people and without credentials: an address, a path. */
  readonly place: string;
  /** What was configured, with every default and absolute paths. */
  readonly settings: object;
  /** Reads key files where there are any. Throws a `Slash32Error` when those cannot be used. */
  connect(deps: SourceDeps): Promise<Source>;
  /** Hears of changes until the answer is called; absent where the source announces none. Never throws. */
  listen?(listener: SourceListener, deps: SourceDeps): () => void;
}

/** A key that holds the name of a file; a secret one may be a reference in its place. */
export interface FileKey {
  readonly key: string;
  readonly isSecret: boolean;
}

/** JSON schema of the value of a source's key. Descriptions become the reference page, `x-hint` what an error says to write. */
export interface SourceSchema {
  readonly type: 'object';
  readonly description: string;
  readonly additionalProperties: false;
  readonly properties: Readonly<Record<string, object>>;
  readonly 'x-hint': string;
  readonly [keyword: string]: unknown;
}

/** How relative names of slash32.yaml become absolute ones. */
export interface Paths {
  /** Of a file; `-`, standard input, stays. */
  file(name: string): string;
  /** Of a file or a reference to a secret. */
  secret(reference: string): string;
}

/**
 * A kind of source: all that the rest of the program knows of it. It stands in the folder of its kind and is named in registry.ts;
 * the keys of slash32.yaml, their checks and reference, what `init` and `--inventory` take and what the service listens to come from it.
 * Loaded with every command, so it imports nothing but its schema: `connect` loads the rest.
 */
export interface SourceKind {
  /** Its key in slash32.yaml, 1 to 32 of a-z and 0-9. */
  readonly key: string;
  /** What people call it. */
  readonly title: string;
  /** What people write in place of the key, without separators. */
  readonly synonyms: readonly string[];
  readonly schema: SourceSchema;
  /** A value that the schema takes, the simplest. */
  readonly example: Readonly<Record<string, unknown>>;
  /** What is wrong when the schema's choice of keys was not made; undefined for a schema without one. */
  readonly choice?: string;
  readonly files: readonly FileKey[];
  /** Keys that hold the origin of a server, each with an example. */
  readonly urls: Readonly<Record<string, string>>;
  /** What `--inventory FILE` reads in place of the configured source, for the help: `output of …`. */
  readonly fileContent: string;
  /** The argument of the option `--KEY` of `slash32 init`, and which key it fills; undefined where init has questions of its own. */
  readonly init?: { readonly argument: string; readonly about: string; readonly fills: string };
  /**
   * Loads all the code that `connect` and `listen` may need. A service does that when it starts: its configuration may name another kind
   * some day, and by then an upgrade may have taken away the files that it started from.
   */
  load(): Promise<unknown>;
  /** The source of a value that passed the schema and the checks of files and addresses; every default is filled in. */
  build(raw: object, paths: Paths): ConfiguredSource;
  /**
   * The source of a file alone, absolute or `-`, in place of the configured one, whose `settings` decide whatever else they decide there.
   * `complete` vouches that it names everything.
   */
  fromFile(path: string, complete: boolean, settings?: object): ConfiguredSource;
}
