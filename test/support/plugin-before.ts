import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

type Fields = Record<string, unknown>;

const NEW_SETTINGS = ['pools'];
const NEW_FIELDS = ['accept_static_arp', 'cut'];

/** A firewall in front of which os-slash32 1.1 stands: what 1.2 added is neither told nor taken. `refused` counts what it did not know. */
export interface PluginBefore {
  readonly url: string;
  readonly refused: () => number;
  readonly writes: () => number;
}

/** Plays 1.1 in front of a simulated firewall with today's plugin; test/fixtures/before/plugin has what the real one said. */
export async function pluginBefore(url: string, version = '26.7.2'): Promise<PluginBefore> {
  let refused = 0;
  let writes = 0;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const say = (answer: unknown): void => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    };
    if (request.method === 'POST') writes += 1;
    const unknown = request.url?.endsWith('/apply') ? unknownTo11(JSON.parse(body)) : undefined;
    if (unknown !== undefined) {
      refused += 1;
      return say({
        result: 'refused',
        code: 'invalid',
        errors: [{ where: unknown, object: '', message: 'There is no such field.' }],
      });
    }
    const answer = await fetch(`${url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: {
        authorization: request.headers.authorization ?? '',
        ...(body === '' ? {} : { 'content-type': request.headers['content-type'] ?? '' }),
      },
      ...(body === '' ? {} : { body }),
    });
    const said = (await answer.json()) as Fields;
    say(request.url?.endsWith('/get') ? { ...as11(said), version } : said);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, refused: () => refused, writes: () => writes };
}

/** An answer of `state/get` without what 1.2 added. */
export function as11({
  restarts: _restarts,
  settings: _settings,
  cuts: _cuts,
  names: _names,
  ...state
}: Fields): Fields {
  const interfaces = (state.interfaces as Fields[]).map(({ static_arp: _running, ...one }) => one);
  return { ...state, plugin: '1.1', interfaces };
}

function unknownTo11(body: Fields): string | undefined {
  const segments = (body.segments ?? []) as { settings?: Fields }[];
  const aliases = (body.aliases ?? []) as { content: string[] }[];
  return (
    NEW_FIELDS.find((field) => field in body) ??
    segments.flatMap(({ settings = {} }) => NEW_SETTINGS.filter((name) => name in settings))[0] ??
    aliases.flatMap(({ content }) => content).find((item) => item.startsWith('__'))
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
