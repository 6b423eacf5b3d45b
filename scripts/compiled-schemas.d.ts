import type { Options } from 'ajv/dist/2020.js';

/** What a file of src/ gives to `validatorOf`. */
export interface NamedSchema {
  readonly name: string;
  readonly schema: object;
  readonly options: Options;
}

/** The files that have schemas. */
export function askingFiles(root: string): string[];

/** Their names, schemas and options. */
export function schemasOf(root: string, files: readonly string[]): Promise<NamedSchema[]>;

/** A compiled schema as a CommonJS module. */
export function compiledText(schema: NamedSchema): string;
