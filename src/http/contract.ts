import { readFileSync } from 'node:fs';
import { listOf, type Node, nodeOf, resolveIn } from './document.js';

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** One operation of openapi/slash32.yaml. */
export interface Operation {
  readonly id: string;
  readonly method: 'get' | 'post';
  /** As in the file: `/v1/runs/{id}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** JSON pointer to the schema of the body, inside the document; undefined takes none. */
  readonly body: string | undefined;
  /** Whether it is for everybody, without an API token. */
  readonly isPublic: boolean;
}

/** The contract of the HTTP API. */
export interface Contract {
  readonly text: string;
  readonly document: Readonly<Record<string, unknown>>;
  readonly operations: readonly Operation[];
}

const TEXT = new URL('../../openapi/slash32.yaml', import.meta.url);
const DOCUMENT = new URL('../../openapi/slash32.json', import.meta.url);

/** Reads the contract that comes with the program: as people read it, and the same in JSON, which takes far less time to parse. */
export function loadContract(): Contract {
  const text = readFileSync(TEXT, 'utf8');
  const document = nodeOf(JSON.parse(readFileSync(DOCUMENT, 'utf8')));
  const operations = Object.entries(nodeOf(document.paths)).flatMap(([path, value]) => {
    const item = nodeOf(value);
    return (['get', 'post'] as const).flatMap((method) => {
      if (item[method] === undefined) return [];
      return [operationOf(document, path, method, item, nodeOf(item[method]))];
    });
  });
  return { text, document, operations };
}

function operationOf(document: Node, path: string, method: 'get' | 'post', item: Node, operation: Node): Operation {
  const parameters = [...listOf(item.parameters), ...listOf(operation.parameters)].map((one) =>
    resolveIn(document, one),
  );
  const hasBody = operation.requestBody !== undefined;
  const pointer = `#/paths/${escaped(path)}/${method}/requestBody/content/application~1json/schema`;
  return {
    id: String(operation.operationId),
    method,
    path,
    parameters: parameters.map((one) => ({
      name: String(one.name),
      in: one.in as Parameter['in'],
      required: one.required === true,
      schema: nodeOf(one.schema),
    })),
    body: hasBody ? pointer : undefined,
    isPublic: Array.isArray(operation.security) && operation.security.length === 0,
  };
}

/** A key as a JSON pointer writes it (RFC 6901). */
function escaped(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}
