import { Ajv2020, type Options, type ValidateFunction } from 'ajv/dist/2020.js';

/**
 * A JSON schema (2020-12) as a function that judges values, compiled when it is first asked for and kept: compiling takes far
 * longer than judging. The schema is our own and taken as it is: a test holds each against the rules for schemas, which would
 * cost as much as the compiling.
 */
export function lazily<T = unknown>(schema: object, options: Options): () => ValidateFunction<T> {
  let compiled: ValidateFunction<T> | undefined;
  return () => {
    compiled ??= new Ajv2020({ ...options, validateSchema: false }).compile<T>(schema);
    return compiled;
  };
}
