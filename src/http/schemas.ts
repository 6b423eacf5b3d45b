import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Contract } from './contract.js';

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const NAME = 'openapi';

/** How values are read before they are judged. */
export type Reading = 'json' | 'text';

/** Compiles schemas of the contract. `text` turns texts into numbers, as paths, queries and headers need it; both fill in defaults. */
export function createCompiler(contract: Contract, reading: Reading): (schema: object) => ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: reading === 'json',
    coerceTypes: reading === 'text',
    useDefaults: true,
    allowUnionTypes: true,
    strictTypes: false,
    strictRequired: false,
    validateSchema: false,
    formats: { 'date-time': DATE_TIME },
  });
  ajv.addVocabulary(Object.keys(contract.document));
  ajv.addSchema(contract.document, NAME, false, false);
  return (schema) => ajv.compile(schema);
}

/** A schema that stands in the contract at this JSON pointer (`#/components/schemas/Run`). */
export function schemaAt(pointer: string): { readonly $ref: string } {
  return { $ref: `${NAME}${pointer}` };
}

/** A schema with its references made to lead into the contract. */
export function rooted(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return typeof schema.$ref === 'string' ? { ...schema, $ref: `${NAME}${schema.$ref}` } : schema;
}
