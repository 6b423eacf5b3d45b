import express, { type Request, type RequestHandler, type Response } from 'express';
import { Slash32Error } from '../errors/slash32-error.js';

/** No request of the API needs more. */
const LARGEST = 256 * 1024;

const PARSE: RequestHandler = express.json({ limit: LARGEST, strict: false, inflate: false, type: () => true });

/**
 * The JSON of a request, `{}` for one without a body. Throws `S32_HTTP_MEDIA_TYPE`, `S32_HTTP_TOO_LARGE` or
 * `S32_HTTP_REQUEST`; nothing is read of a body that is not announced as JSON.
 */
export async function readJson(request: Request, response: Response): Promise<unknown> {
  const { headers } = request;
  const isThere = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (!isThere) return {};
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new Slash32Error('S32_HTTP_MEDIA_TYPE', { message: 'The body is not announced as application/json.' });
  await new Promise<void>((resolve, reject) => {
    PARSE(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(bodyFault(error))));
  });
  return request.body;
}

/** What express found wrong with a body, or with an address, as one of ours; undefined for everything else. */
export function requestFault(error: unknown): Slash32Error | undefined {
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 0;
  return status >= 400 && status < 500 ? bodyFault(error) : undefined;
}

function bodyFault(error: unknown): Slash32Error {
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 400;
  if (status === 413)
    return new Slash32Error('S32_HTTP_TOO_LARGE', { message: `The body has more than ${LARGEST / 1024} KB.` });
  if (status === 415)
    return new Slash32Error('S32_HTTP_MEDIA_TYPE', {
      message: 'The body has a coding or a character set that is not taken.',
    });
  return new Slash32Error('S32_HTTP_REQUEST', {
    message: 'The request cannot be read: it is no JSON, or was cut short.',
  });
}
