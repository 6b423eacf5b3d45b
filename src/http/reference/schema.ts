import { type Node, nodeOf } from '../document.js';
import { type Html, html, inline } from './html.js';

const NAMED = '#/components/schemas/';

/** What a value may be, in a few words, with links to the schemas that have a name. */
export function typeOf(schema: unknown): Html {
  const node = nodeOf(schema);
  if (typeof node.$ref === 'string') return reference(node.$ref);
  if ('const' in node) return html`<code>${JSON.stringify(node.const)}</code>`;
  if (Array.isArray(node.enum)) return joined(node.enum.map((one) => html`<code>${JSON.stringify(one)}</code>`));
  for (const key of ['oneOf', 'anyOf', 'allOf'] as const)
    if (Array.isArray(node[key])) return joined(node[key].map(typeOf), key === 'allOf' ? ' and ' : ' or ');
  const types = Array.isArray(node.type) ? node.type : [node.type ?? 'anything'];
  return joined(types.map((type) => oneType(String(type), node)));
}

/** The properties of an object, one a row; nothing for what is no object with properties of its own. */
export function propertyRows(schema: unknown): Html[] {
  const node = nodeOf(schema);
  const required = Array.isArray(node.required) ? node.required : [];
  return Object.entries(nodeOf(node.properties)).map(
    ([name, property]) =>
      html`<tr><th scope="row"><code>${name}</code>${required.includes(name) ? '' : html` <span class="faint">optional</span>`}</th><td>${typeOf(property)}</td><td>${descriptionOf(property)}</td></tr>`,
  );
}

/** Where a schema with a name stands on the page. */
export function schemaId(name: string): string {
  return `schema-${name}`;
}

function oneType(type: string, node: Node): Html {
  if (type === 'array') return html`list of ${typeOf(node.items)}`;
  if (type === 'object' && typeof node.additionalProperties === 'object' && node.properties === undefined)
    return html`object of ${typeOf(node.additionalProperties)}`;
  const more = [node.format, range(node), node.pattern].filter((one) => one !== undefined && one !== '').map(String);
  return html`${type}${more.length === 0 ? '' : html` <span class="faint">${more.join(', ')}</span>`}`;
}

function range({ minimum, maximum }: Node): string {
  if (minimum !== undefined && maximum !== undefined) return `${String(minimum)} to ${String(maximum)}`;
  if (minimum !== undefined) return `from ${String(minimum)}`;
  return maximum === undefined ? '' : `up to ${String(maximum)}`;
}

function descriptionOf(property: unknown): Html {
  const { description } = nodeOf(property);
  return typeof description === 'string' ? inline(description) : html``;
}

function reference(pointer: string): Html {
  const name = pointer.slice(pointer.lastIndexOf('/') + 1);
  return pointer.startsWith(NAMED) ? html`<a href="#${schemaId(name)}">${name}</a>` : html`${name}`;
}

function joined(parts: readonly Html[], word = ' or '): Html {
  return html`${parts.map((part, at) => (at === 0 ? part : html`${word}${part}`))}`;
}
