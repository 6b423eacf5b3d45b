import type { IncomingMessage } from 'node:http';
import { Slash32Error } from '../../../errors/slash32-error.js';
import { unwrapAnswer } from '../answer.js';

/** Incus says in a line why it refuses; a proxy's page may have any length. */
const LONGEST_BODY = 16 * 1024;

/** What the failure is reported against. */
export interface RefusalContext {
  readonly where: string;
  readonly endpoint: string;
}

/** Why there is no websocket, from the answer that came in its place. Reads at most 16 kB of it, and never throws. */
export async function refusalOf(response: IncomingMessage, context: RefusalContext): Promise<Slash32Error> {
  const { statusCode: status = 0 } = response;
  const contentType = response.headers['content-type'] ?? '';
  try {
    unwrapAnswer({ status, contentType, body: await readStart(response) }, context);
  } catch (error) {
    if (error instanceof Slash32Error) return error;
  }
  return new Slash32Error('S32_INCUS_UNEXPECTED', {
    message: `${context.endpoint} answered HTTP ${status} where a websocket was asked for.`,
    where: context.where,
  });
}

async function readStart(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of response) {
      parts.push(Buffer.from(part));
      length += part.length;
      if (length > LONGEST_BODY) break;
    }
  } catch {
    // What came before it broke off may say enough.
  }
  return Buffer.concat(parts).toString('utf8').slice(0, LONGEST_BODY);
}
