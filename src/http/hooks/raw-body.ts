import type { Request } from 'express';
import { Slash32Error } from '../../errors/slash32-error.js';

/** No event is as large. */
const LARGEST = 256 * 1024;
/** Incus has no timeout of its own (docs/facts.md, "Incus: webhooks"), so a stuck sender must not hold a connection for ever. */
const TIME_MS = 10_000;

/** The bytes of a body as they were sent. Throws `S32_HTTP_TOO_LARGE`, or `S32_HTTP_REQUEST` for one that is cut short or late. */
export function readRaw(request: Request, timeMs = TIME_MS): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => fail(unreadable('it takes too long')), timeMs);
    function fail(error: Slash32Error): void {
      clearTimeout(timer);
      request.off('data', take);
      reject(error);
    }
    function take(part: Buffer): void {
      size += part.length;
      if (size > LARGEST) fail(tooLarge());
      else parts.push(part);
    }
    request.on('data', take);
    request.once('end', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(parts));
    });
    // A repeat of Incus's may announce a body that it has spent (docs/facts.md, "Incus: webhooks").
    request.once('error', () => fail(unreadable('it was cut short')));
    request.once('close', () => {
      if (!request.complete) fail(unreadable('it was cut short'));
    });
  });
}

function tooLarge(): Slash32Error {
  return new Slash32Error('S32_HTTP_TOO_LARGE', { message: `The body has more than ${LARGEST / 1024} KB.` });
}

function unreadable(why: string): Slash32Error {
  return new Slash32Error('S32_HTTP_REQUEST', { message: `The body cannot be read: ${why}.` });
}
