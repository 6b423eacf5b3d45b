import type { ServerResponse } from 'node:http';
import { notFound, refused, type SimReply } from './exchange.js';
import type { FaultKind } from './fault-injection.js';

const PAGE = '<!doctype html>\n<html><head><title>Login | OPNsense</title></head><body></body></html>\n';

/** Sends an answer as it should be, with a body length unless there is none. */
export function send(response: ServerResponse, reply: SimReply): void {
  const headers: Record<string, string> = {
    'set-cookie': 'PHPSESSID=sim; path=/; secure; HttpOnly; SameSite=Lax',
    'cache-control': 'no-store, no-cache, must-revalidate',
    'content-length': String(Buffer.byteLength(reply.body)),
    ...reply.headers,
  };
  if (reply.type !== undefined) headers['content-type'] = reply.type;
  response.writeHead(reply.status, headers);
  response.end(reply.body);
}

/** Sends an answer that went wrong in the given way; `reply` is what it should have been. */
export function sendFault(response: ServerResponse, kind: FaultKind, reply: SimReply): void {
  if (kind === 'timeout') return;
  if (kind === 'reset') response.destroy();
  else if (kind === 'cut') sendCut(response, reply);
  else if (kind === 'half') send(response, { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length / 2)) });
  else send(response, replacement(kind, reply));
}

function replacement(kind: Exclude<FaultKind, 'timeout' | 'reset' | 'cut' | 'half'>, reply: SimReply): SimReply {
  switch (kind) {
    case 'html':
      return { status: 200, type: 'text/html; charset=UTF-8', body: PAGE };
    case 'empty':
      return { status: 200, type: reply.type, body: '' };
    case 'not-json':
      return { status: 200, type: 'application/json; charset=UTF-8', body: 'Execute error' };
    case 'too-large':
      return { ...reply, body: 'x'.repeat(8 * 1024 * 1024) };
    case 'redirect':
      return { status: 301, type: 'text/html', body: '', headers: { location: 'https://elsewhere.example/api' } };
    case 302:
      return { status: 302, type: 'text/html; charset=UTF-8', body: '', headers: { location: '/?url=/api' } };
    case 401:
      return refused(401, 'Authentication Failed');
    case 403:
      return refused(403, 'Forbidden');
    case 404:
      return notFound();
    case 500:
      return {
        status: 500,
        type: undefined,
        body: JSON.stringify({ errorMessage: 'Unexpected error, check log for details' }),
      };
    case 502:
      return { status: 502, type: 'text/html', body: PAGE };
  }
}

function sendCut(response: ServerResponse, reply: SimReply): void {
  const body = Buffer.from(reply.body === '' ? '{}' : reply.body);
  response.writeHead(reply.status, {
    'content-length': String(body.length),
    ...(reply.type === undefined ? {} : { 'content-type': reply.type }),
  });
  response.write(body.subarray(0, Math.ceil(body.length / 2) - 1), () => response.destroy());
}
