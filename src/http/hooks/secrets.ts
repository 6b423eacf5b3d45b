import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Whether a text is one of the secrets, in a time that tells nothing about them or their lengths. */
export function isOneOf(secrets: readonly string[], presented: string): boolean {
  const given = digest(presented);
  let found = false;
  for (const secret of secrets) if (timingSafeEqual(given, digest(secret))) found = true;
  return found;
}

/**
 * The signature of a generic webhook: `sha256=` and the HMAC-SHA256, in hexadecimal, of the time stamp, a dot and the body as it
 * is sent. The time is signed too, so that nobody can freshen up an old message.
 */
export function signatureOf(key: string, timestamp: string, body: Buffer): string {
  return `sha256=${createHmac('sha256', key).update(`${timestamp}.`).update(body).digest('hex')}`;
}

/** Whether one of the keys signed this, in a time that tells nothing. */
export function isSigned(keys: readonly string[], timestamp: string, body: Buffer, signature: string): boolean {
  return isOneOf(
    keys.map((key) => signatureOf(key, timestamp, body)),
    signature,
  );
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
