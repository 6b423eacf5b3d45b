import type { Contract, Operation } from '../contract.js';
import { listOf, type Node, nodeOf, resolveIn } from '../document.js';
import { ADMIN_WISHES, roleOf } from '../roles.js';
import { type Html, html, inline, prose } from './html.js';
import { propertyRows, schemaId, typeOf } from './schema.js';

/** The contract as one page for people: every operation by its tag, then every schema. It needs no script. Pure. */
export function referencePage({ document, operations }: Contract): string {
  const info = nodeOf(document.info);
  const tags = listOf(document.tags).map(nodeOf);
  const schemas = Object.entries(nodeOf(nodeOf(document.components).schemas));
  const groups = tags.map((tag) => ({
    name: String(tag.name),
    description: String(tag.description ?? ''),
    operations: operations.filter((one) => listOf(detailsOf(document, one).tags).includes(tag.name)),
  }));
  const untagged = operations.filter((one) => !groups.some((group) => group.operations.includes(one)));
  const all =
    untagged.length === 0 ? groups : [...groups, { name: 'for everybody', description: '', operations: untagged }];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${String(info.title)}: HTTP API</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<nav aria-label="Operations">
${all.map((group) => html`<h2>${group.name}</h2><ul>${group.operations.map(linkTo)}</ul>`)}
<h2>Schemas</h2><ul>${schemas.map(([name]) => html`<li><a href="#${schemaId(name)}">${name}</a></li>`)}</ul>
</nav>
<main>
<h1>${String(info.title)}: HTTP API</h1>
<p><strong>${String(info.summary ?? '')}</strong></p>
${prose(String(info.description ?? ''))}
<p>The contract itself: <a href="../openapi.yaml">openapi.yaml</a>, <a href="../openapi.json">openapi.json</a>.</p>
${all.map(
  (group) => html`<h2>${group.name}</h2>
${group.description === '' ? '' : prose(group.description)}
${group.operations.map((one) => operationSection(document, one))}`,
)}
<h2>Schemas</h2>
${schemas.map(([name, schema]) => schemaSection(name, schema))}
</main>
</body>
</html>
`.html;
}

function linkTo({ id, method, path }: Operation): Html {
  return html`<li><a href="#${id}"><span class="method ${method}">${method}</span> ${path}</a></li>`;
}

function operationSection(document: Node, operation: Operation): Html {
  const { id, method, path } = operation;
  const details = detailsOf(document, operation);
  const body = details.requestBody === undefined ? undefined : schemaIn(resolveIn(document, details.requestBody));
  const responses = Object.entries(nodeOf(details.responses));
  return html`<section class="operation" id="${id}">
<h3><span class="method ${method}">${method}</span> <code>${path}</code></h3>
<p>${inline(String(details.summary ?? ''))}${needs(operation)}</p>
${typeof details.description === 'string' ? prose(details.description) : ''}
${parameters(document, details, path)}
${body === undefined ? '' : html`<p>Body: ${typeOf(body)}</p>${table('Fields of the body', propertyRows(body))}`}
${table(
  'Answers',
  responses.map(([status, response]) => answerRow(document, status, response)),
)}
</section>
`;
}

/** From the table that the service goes by. */
function needs({ id, isPublic }: Operation): Html {
  if (isPublic) return html` <span class="faint">Needs no API token.</span>`;
  const more =
    id === 'startRun'
      ? `; an administrator alone may ask for ${ADMIN_WISHES.map(({ field }) => field).join(', ')}`
      : '';
  return html` <span class="faint">Role: ${roleOf(id) ?? ''}${more}.</span>`;
}

function parameters(document: Node, details: Node, path: string): Html {
  const shared = listOf(nodeOf(nodeOf(document.paths)[path]).parameters);
  const rows = [...shared, ...listOf(details.parameters)].map((one) => {
    const parameter = resolveIn(document, one);
    const place = html`${String(parameter.in)}${parameter.required === true ? '' : ', optional'}`;
    return html`<tr><th scope="row"><code>${String(parameter.name)}</code> <span class="faint">${place}</span></th><td>${typeOf(parameter.schema)}</td><td>${inline(String(parameter.description ?? ''))}</td></tr>`;
  });
  return table('Parameters', rows);
}

function answerRow(document: Node, status: string, response: unknown): Html {
  const node = resolveIn(document, response);
  const schema = schemaIn(node);
  return html`<tr><th scope="row"><code>${status}</code></th><td>${schema === undefined ? '' : typeOf(schema)}</td><td>${inline(String(node.description ?? ''))}</td></tr>`;
}

function schemaSection(name: string, schema: unknown): Html {
  const node = nodeOf(schema);
  const rows = propertyRows(node);
  return html`<section class="schema" id="${schemaId(name)}">
<h3><code>${name}</code></h3>
${typeof node.description === 'string' ? prose(node.description) : ''}
${rows.length === 0 ? html`<p>${typeOf(node)}</p>` : table('Fields', rows)}
</section>
`;
}

function table(caption: string, rows: readonly Html[]): Html {
  return rows.length === 0 ? html`` : html`<table><caption>${caption}</caption><tbody>${rows}</tbody></table>`;
}

function detailsOf(document: Node, { path, method }: Operation): Node {
  return nodeOf(nodeOf(nodeOf(document.paths)[path])[method]);
}

function schemaIn(node: Node): unknown {
  const [content] = Object.values(nodeOf(node.content));
  return nodeOf(content).schema;
}
