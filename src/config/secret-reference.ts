/** How slash32.yaml names a secret: a path, a systemd credential, or an environment variable. */
export type SecretReference =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'credential'; readonly name: string }
  | { readonly kind: 'env'; readonly name: string };

/** Splits `credential:NAME` and `env:NAME` from plain paths. */
export function parseSecretReference(text: string): SecretReference {
  const match = /^(credential|env):(.+)$/.exec(text);
  const name = match?.[2];
  if (name === undefined) return { kind: 'path', path: text };
  return { kind: match?.[1] === 'env' ? 'env' : 'credential', name };
}

/** Whether the text names a secret other than by a path, and so is never made absolute. */
export function isSecretReference(text: string): boolean {
  return parseSecretReference(text).kind !== 'path';
}
