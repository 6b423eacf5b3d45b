import { type Html, html } from '../../../http/reference/html.js';
import type { DemoWorld } from '../world.js';
import type { Action, Field } from './action.js';
import { instancesOf, mappingsOf } from './state.js';

/** What the page shows beside the world itself. */
export interface PageInput {
  readonly world: DemoWorld;
  readonly groups: readonly { readonly title: string; readonly actions: readonly Action[] }[];
  /** Proves that a form was shown by this page. */
  readonly proof: string;
  /** What was done, newest first; what was refused is marked. */
  readonly said: readonly { readonly text: string; readonly isRefused: boolean }[];
}

/** The control page of the world: forms and tables, without a script. Pure but for reading the world. */
export function controlPage({ world, groups, proof, said }: PageInput): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>slash32: a world to practise in</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<h1>A world to practise in</h1>
<p>What people do beside slash32, on an Incus and an OPNsense that are simulated. Load the page again to see what slash32 did meanwhile.</p>
${said.length === 0 ? '' : html`<ul class="said" role="status">${said.map(({ text, isRefused }) => html`<li${isRefused ? html` class="refused"` : ''}>${text}</li>`)}</ul>`}
<main>
${groups.map(
  (group) => html`<section><h2>${group.title}</h2>
${group.actions.map((action) => form(world, action, proof))}</section>
`,
)}
</main>
<h2>Instances, and what DHCP would tell them now</h2>
${instanceTable(world)}
<h2>Static mappings of the firewall</h2>
${mappingTable(world)}
<h2>What was applied</h2>
${applyTable(world)}
</body>
</html>
`.html;
}

function form(world: DemoWorld, action: Action, proof: string): Html {
  return html`<form method="post" action="/do/${action.id}">
<h3>${action.title}</h3>
${action.about === undefined ? '' : html`<p>${action.about}</p>`}
<input type="hidden" name="proof" value="${proof}">
${action.fields.map(
  (field) => html`<label>${field.label} ${input(world, field)}</label>
`,
)}<button>${action.title}</button>
</form>
`;
}

function input(world: DemoWorld, { name, choices, example, isOptional }: Field): Html {
  if (choices !== undefined)
    return html`<select name="${name}">${choices(world).map(({ value, text }) => html`<option value="${value}">${text}</option>`)}</select>`;
  const needed = isOptional === true ? '' : html` required`;
  return html`<input name="${name}" autocomplete="off" placeholder="${example ?? ''}"${needed}>`;
}

function instanceTable(world: DemoWorld): Html {
  const rows = instancesOf(world).flatMap(({ name, status, nics }) =>
    nics.map(
      (nic) =>
        html`<tr><td>${name}/${nic.name}</td><td>${status}</td><td>${nic.network}</td><td><code>${nic.mac}</code></td><td>${nic.lease}</td></tr>`,
    ),
  );
  return table(['NIC', 'status', 'network', 'MAC address', 'lease'], rows);
}

function mappingTable({ firewall }: DemoWorld): Html {
  const rows = mappingsOf(firewall.configText()).map(
    (map) =>
      html`<tr><td>${map.name}</td><td>${map.interface}</td><td>${map.address}</td><td><code>${map.mac}</code></td><td>${map.owner === undefined ? 'by hand' : `slash32, owner ${map.owner}`}</td></tr>`,
  );
  return table(['name', 'interface', 'address', 'MAC address', 'of'], rows);
}

function applyTable({ firewall }: DemoWorld): Html {
  const rows = firewall
    .applies()
    .map((line) => html`<tr><td>${line.owner}</td><td>${line.summary}</td><td>${line.outcome}</td></tr>`);
  return rows.length === 0 ? html`<p>Nothing yet.</p>` : table(['owner', 'what', 'how it ended'], rows);
}

function table(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}
