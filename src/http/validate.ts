import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { Contract, Operation, Parameter } from './contract.js';
import { createCompiler, rooted, schemaAt } from './schemas.js';

/** One thing that is wrong with a request. */
export interface RequestProblem {
  readonly in: 'path' | 'query' | 'header' | 'body';
  readonly at: string;
  readonly message: string;
}

/** A request as the contract reads it: numbers are numbers, defaults are filled in. */
export interface Values {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly header: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Either the values, or everything that is wrong. */
export type Judged =
  | { readonly ok: true; readonly values: Values }
  | { readonly ok: false; readonly problems: readonly RequestProblem[] };

/** Judges the requests of one operation; changes the values that it is given. */
export type RequestValidator = (values: Values) => Judged;

const MADE = new WeakMap<Contract, ReadonlyMap<string, RequestValidator>>();

/** A validator for each operation, by its id; the same ones for the same contract, each compiled by its first request. */
export function createValidators(contract: Contract): ReadonlyMap<string, RequestValidator> {
  const known = MADE.get(contract);
  if (known !== undefined) return known;
  const compileText = createCompiler(contract, 'text');
  const compileJson = createCompiler(contract, 'json');
  const made = new Map(
    contract.operations.map((operation) => [operation.id, createValidator(operation, compileText, compileJson)]),
  );
  MADE.set(contract, made);
  return made;
}

type Compile = (schema: object) => ValidateFunction;

interface Compiled {
  readonly parts: readonly { readonly place: 'path' | 'query' | 'header'; readonly validate: ValidateFunction }[];
  readonly body: ValidateFunction | undefined;
}

function createValidator(operation: Operation, compileText: Compile, compileJson: Compile): RequestValidator {
  let compiled: Compiled | undefined;
  return (values) => {
    compiled ??= compileOperation(operation, compileText, compileJson);
    const { parts, body } = compiled;
    const problems: RequestProblem[] = [];
    for (const { place, validate } of parts)
      if (!validate(values[place])) problems.push(...problemsOf(place, validate.errors ?? []));
    if (body !== undefined && !body(values.body)) problems.push(...problemsOf('body', body.errors ?? []));
    return problems.length === 0 ? { ok: true, values } : { ok: false, problems: problems.slice(0, 20) };
  };
}

function compileOperation(operation: Operation, compileText: Compile, compileJson: Compile): Compiled {
  const parts = (['path', 'query', 'header'] as const).map((place) => ({
    place,
    validate: compileText(placeSchema(operation.parameters, place)),
  }));
  return { parts, body: operation.body === undefined ? undefined : compileJson(schemaAt(operation.body)) };
}

function placeSchema(parameters: readonly Parameter[], place: Parameter['in']): object {
  const ours = parameters.filter((one) => one.in === place);
  const key = (name: string): string => (place === 'header' ? name.toLowerCase() : name);
  return {
    type: 'object',
    additionalProperties: place === 'header',
    required: ours.filter((one) => one.required).map((one) => key(one.name)),
    properties: Object.fromEntries(ours.map((one) => [key(one.name), rooted(one.schema)])),
  };
}

function problemsOf(place: RequestProblem['in'], errors: readonly ErrorObject[]): RequestProblem[] {
  return errors.map(({ instancePath, params, keyword, message }) => {
    const extra: unknown = params.additionalProperty ?? params.missingProperty;
    const path = `${instancePath}${typeof extra === 'string' ? `/${extra}` : ''}`;
    const text = keyword === 'additionalProperties' ? 'is not known' : (message ?? 'does not fit');
    return { in: place, at: path.slice(0, 200) || '/', message: text.slice(0, 300) };
  });
}
