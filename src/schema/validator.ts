import type { Options, ValidateFunction } from 'ajv/dist/2020.js';
import { lazily } from './compile.js';

/**
 * A JSON schema (2020-12) as a function that judges values. Its `errors` are those of the last value, so read them before the
 * next one is judged. The build compiles each schema and puts `prepared.ts` in the place of this file, so a schema stands at the
 * top of its module, has a name of its own, and asks of its options nothing that is a function.
 */
export function validatorOf<T = unknown>(_name: string, schema: object, options: Options): () => ValidateFunction<T> {
  return lazily<T>(schema, options);
}
