import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { answerStatus, type GuiFirewall } from './firewall.js';
import { renderVolt } from './volt.js';

const PLUGIN = join(import.meta.dirname, '../../../plugin/net/slash32/src/opnsense');
const STANDIN = join(import.meta.dirname, 'standin');
const CSRF = 'token-of-the-session';

/** A web server with the plugin's pages on it, over a firewall that the test holds in its hand. */
export interface GuiServer {
  url: string;
  firewall: GuiFirewall;
  /** Ends the server together with the connections that still wait for an answer. */
  close(): Promise<void>;
}

/** Serves the status page at /, the dashboard at /dashboard, and the status API. */
export async function serveGui(firewall: GuiFirewall, translate?: (text: string) => string): Promise<GuiServer> {
  const server = createServer((request, response) => {
    handle(firewall, request, response, translate).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    firewall,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  firewall: GuiFirewall,
  request: IncomingMessage,
  response: ServerResponse,
  translate: ((text: string) => string) | undefined,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://firewall').pathname;
  if (path.startsWith('/api/')) return api(firewall, path, request, response);
  const type = path.endsWith('.js') ? 'text/javascript' : path.endsWith('.css') ? 'text/css' : 'text/html';
  const body = page(path, translate);
  response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': `${type}; charset=utf-8` }).end(body);
}

function page(path: string, translate: ((text: string) => string) | undefined): string | undefined {
  if (path === '/') return frame('Services: slash32: Status', renderVolt(view('status'), translate));
  if (path === '/dashboard') return frame('Lobby: Dashboard', dashboard());
  if (path.startsWith('/standin/')) return readFileSync(join(STANDIN, path.slice('/standin/'.length)), 'utf8');
  if (path.startsWith('/ui/js/')) return readFileSync(join(PLUGIN, 'www/js', path.slice('/ui/js/'.length)), 'utf8');
  return undefined;
}

function view(name: string): string {
  return readFileSync(join(PLUGIN, 'mvc/app/views/OPNsense/Slash32', `${name}.volt`), 'utf8');
}

function frame(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="UTF-8"><meta name="csrf" content="${CSRF}">
<title>${title}</title><link rel="stylesheet" href="/standin/page.css"><script src="/standin/helpers.js"></script></head>
<body><header><b>OPN</b>sense</header><main><h1>${title}</h1>${content}</main></body></html>`;
}

function dashboard(): string {
  const parsed = new XMLParser().parse(readFileSync(join(PLUGIN, 'www/js/widgets/Metadata/Slash32.xml'), 'utf8')) as {
    metadata: { slash32: { translations: Record<string, string> } };
  };
  const words = JSON.stringify(parsed.metadata.slash32.translations);
  return `<script src="/standin/dashboard.js"></script><div class="widget" id="place"><h2>slash32</h2></div>
<script>$(document).ready(() => startDashboard(document.getElementById('place'), ${words}));</script>`;
}

async function api(
  firewall: GuiFirewall,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = await readText(request);
  const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  const action = path.split('/').at(-1) ?? '';
  firewall.calls.push({ method: request.method ?? '', path, body, csrf: request.headers['x-csrftoken']?.toString() });
  const instead = firewall.instead.get(action);
  if (instead === 'silence') return;
  if (request.method === 'POST' && request.headers['x-csrftoken'] !== CSRF) {
    response.writeHead(403).end();
    return;
  }
  const answer = instead?.body ?? answerStatus(firewall, action, body);
  response.writeHead(instead?.status ?? 200, { 'Content-Type': 'application/json' });
  const json = JSON.stringify(answer);
  response.end(firewall.escapes ? escapeLikeOpnsense(json) : json);
}

/** What OPNsense does to every JSON answer to a browser's session: htmlspecialchars with ENT_NOQUOTES. */
function escapeLikeOpnsense(json: string): string {
  return json.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
