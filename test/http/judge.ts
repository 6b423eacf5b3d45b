import type { ValidateFunction } from 'ajv/dist/2020.js';
import { CATALOGUE } from '../../src/errors/catalogue.js';
import type { Operation } from '../../src/http/contract.js';
import { createCompiler, schemaAt } from '../../src/http/schemas.js';
import { CONTRACT, type Reply } from './rig.js';

type Node = Readonly<Record<string, unknown>>;

const compile = createCompiler(CONTRACT, 'json');
const compiled = new Map<string, ValidateFunction>();

/**
 * What is wrong with an answer by the contract, undefined when nothing is: its status stands there, its type too, its body
 * fits the schema, and a problem has a code of the catalogue and the status that it says. Without an operation it must be a
 * problem.
 */
export function judge(reply: Reply, operation: Operation | undefined, isHead = false): string | undefined {
  const { status, headers, text, json } = reply;
  if (status >= 500 && status !== 503 && status !== 502) return `${status}: ${text.slice(0, 300)}`;
  if (headers['cache-control'] !== 'no-store') return `Cache-Control is ${headers['cache-control']}`;
  if (headers['x-request-id'] === undefined) return 'no X-Request-Id';
  const place = operation === undefined ? PROBLEM : placeOf(operation, status);
  if (place === undefined) return `${status} is not documented`;
  const { content } = at(place);
  if (content === undefined) return text === '' ? undefined : `${status} has a body`;
  const type = (headers['content-type'] ?? '').split(';')[0] ?? '';
  if ((content as Node)[type] === undefined) return `${status} comes as ${type || 'nothing'}`;
  if (isHead) return text === '' ? undefined : 'an answer to HEAD has a body';
  if (type === 'application/problem+json') {
    const problem = json as { readonly status: number; readonly code: string };
    if (problem.status !== status) return `${status} says that it is ${problem.status}`;
    if (!Object.hasOwn(CATALOGUE, problem.code)) return `${problem.code} is not in the catalogue`;
  }
  if (!type.endsWith('json')) return undefined;
  if (json === undefined) return 'the body is no JSON';
  const pointer = `${place}/content/${escaped(type)}/schema`;
  const validate = compiled.get(pointer) ?? compile(schemaAt(pointer));
  compiled.set(pointer, validate);
  return validate(json) ? undefined : `${status}: ${JSON.stringify(validate.errors)?.slice(0, 500)}`;
}

const PROBLEM = '#/components/responses/Problem';

/** The place of the response that the contract has for this status. */
function placeOf({ path, method }: Operation, status: number): string | undefined {
  const base = `#/paths/${escaped(path)}/${method}/responses`;
  const responses = at(base);
  const key = [String(status), 'default'].find((one) => responses[one] !== undefined);
  if (key === undefined || (key === 'default' && status < 400)) return undefined;
  const { $ref } = responses[key] as Node;
  return typeof $ref === 'string' ? $ref : `${base}/${key}`;
}

/** What stands at a JSON pointer of the contract. */
export function at(pointer: string): Node {
  return pointer
    .slice(2)
    .split('/')
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<Node>((node, key) => node[key] as Node, CONTRACT.document);
}

function escaped(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}
