/** The SHA-256 of a certificate in slash32.yaml: 64 hexadecimal digits, with or without colons. Add a `description`. */
export const FINGERPRINT = {
  type: 'string',
  pattern: '^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$',
  'x-hint':
    'Write the SHA-256 of the certificate, 64 hexadecimal digits with or without colons, in quotes (openssl x509 -noout -fingerprint -sha256).',
} as const;

/** The canonical form of a SHA-256 fingerprint: 64 lower-case hexadecimal digits without colons. */
export function normalizeFingerprint(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}
