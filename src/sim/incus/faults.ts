import type { ServerResponse } from 'node:http';
import { failure } from './answers.js';

/**
 * A fault to answer with. `cut` sends half of a body and closes, `reset` closes without an answer, `timeout` never
 * answers, `untrusted` treats the client as a stranger.
 */
export interface SimFault {
  readonly kind:
    | 'html'
    | 'timeout'
    | 'reset'
    | 'cut'
    | 'untrusted'
    | 'forbidden'
    | 'error500'
    | 'redirect'
    | 'garbage'
    | 'empty';
  /** Only for paths that start with this; every path without it. */
  readonly path?: string;
  /** How often; for ever without it. */
  times?: number;
}

/** The fault that applies to `path` now, counted down. */
export function takeFault(faults: SimFault[], path: string): SimFault['kind'] | undefined {
  const index = faults.findIndex((fault) => path.startsWith(fault.path ?? ''));
  const fault = faults[index];
  if (!fault) return undefined;
  if (fault.times !== undefined) {
    fault.times -= 1;
    if (fault.times <= 0) faults.splice(index, 1);
  }
  return fault.kind;
}

/** Sends a faulty answer in place of the right one, whose body is `text`. */
export function sendFault(response: ServerResponse, kind: SimFault['kind'], text: string): void {
  const json = { 'content-type': 'application/json' };
  switch (kind) {
    case 'timeout':
      return;
    case 'reset':
      response.socket?.destroy();
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><html><body>Login</body></html>');
      return;
    case 'redirect':
      response.writeHead(302, { location: 'https://login.example/' }).end();
      return;
    case 'garbage':
      response.writeHead(200, json).end('{"type":"sync","metadata":[');
      return;
    case 'empty':
      response.writeHead(200, json).end();
      return;
    case 'cut':
      cut(response, text);
      return;
    default: {
      const reported =
        kind === 'error500' ? failure(500, 'database is locked') : failure(403, 'Certificate is restricted');
      response.writeHead(reported.status, json).end(JSON.stringify(reported.body));
    }
  }
}

function cut(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.write(body.slice(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}
