import { SOURCE_KINDS } from '../inventory/registry.js';
import { recordOf } from '../schema/record.js';
import { looksLikeKey } from './inline-secrets.js';
import type { Finding } from './problem.js';

/** Findings on the source and the firewall that a schema cannot express: addresses, certificates, file names. */
export function checkEnds(value: Readonly<Record<string, unknown>>): Finding[] {
  const findings: Finding[] = [];
  for (const [end, key, example] of URL_KEYS) {
    const url = recordOf(value[end])[key];
    if (typeof url === 'string' && url !== '') findings.push(...checkUrl([end, key], url, example));
  }
  const { ca_file: authority, fingerprint } = recordOf(value.opnsense);
  if (authority !== undefined && fingerprint !== undefined)
    findings.push({
      path: ['opnsense', 'fingerprint'],
      at: 'key',
      message: "'fingerprint' and 'ca_file' are two ways to trust the firewall, and only one can be used.",
      hint: "Keep 'ca_file' where an authority signs the certificate, 'fingerprint' where it is self-signed.",
    });
  return [...findings, ...checkPaths(value)];
}

/** Every place for the address of a server, with an example. */
const URL_KEYS: readonly (readonly [end: string, key: string, example: string])[] = [
  ...SOURCE_KINDS.flatMap((kind) =>
    Object.entries(kind.urls).map(([key, example]) => [kind.key, key, example] as const),
  ),
  ['opnsense', 'url', 'https://fw.lan'],
];

function checkUrl(path: readonly string[], text: string, example: string): Finding[] {
  const at = (message: string, hint: string): Finding[] => [{ path, at: 'value', message, hint }];
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return at(`'${path.at(-1)}' lacks its scheme.`, `Write for example ${example}.`);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '')
    return at(`'${path.at(-1)}' is not an address.`, `Write for example ${example}.`);
  if (url.username !== '' || url.password !== '')
    return at(
      `'${path.at(-1)}' carries a user or password.`,
      'Remove what stands before the @: secrets come from key files.',
    );
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return at(`'url' has the scheme ${url.protocol}`, `Write for example ${example}.`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return at(`'${path.at(-1)}' is not encrypted: http is taken for this machine only.`, `Write https://${url.host}.`);
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    return at(`'${path.at(-1)}' has a path or a query; slash32 knows the paths itself.`, `Write ${url.origin}.`);
  return [];
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Every place for a file name; the ones marked as secret may also be a reference. */
const FILE_KEYS: readonly (readonly [parent: string, key: string, kind: 'plain' | 'secret'])[] = [
  ...SOURCE_KINDS.flatMap((kind) =>
    kind.files.map(({ key, isSecret }) => [kind.key, key, isSecret ? 'secret' : 'plain'] as const),
  ),
  ['opnsense', 'path', 'plain'],
  ['opnsense', 'key_file', 'secret'],
  ['opnsense', 'ca_file', 'plain'],
  ['', 'state_file', 'plain'],
  ['service', 'socket', 'plain'],
  ['service', 'tokens', 'plain'],
];

function checkPaths(value: Readonly<Record<string, unknown>>): Finding[] {
  return FILE_KEYS.flatMap(([parent, key, kind]): Finding[] => {
    const text = parent === '' ? value[key] : recordOf(value[parent])[key];
    if (typeof text !== 'string') return [];
    const path = parent === '' ? [key] : [parent, key];
    const words = pathFault(text, kind === 'secret');
    return words === undefined ? [] : [{ path, at: 'value', message: `'${key}' ${words.message}`, hint: words.hint }];
  });
}

function pathFault(text: string, secret: boolean): { message: string; hint: string } | undefined {
  if (looksLikeKey(text)) return undefined;
  if (text.startsWith('~')) return { message: 'begins with ~, which is not filled in.', hint: 'Write the whole path.' };
  if (/\$[A-Za-z_{]/.test(text))
    return {
      message: 'uses a $variable, which is not filled in.',
      hint: secret ? 'Write env:NAME for the content of a variable, or a path.' : 'Write the path itself.',
    };
  if (text.includes('\0')) return { message: 'is not a path.', hint: 'Write the path of a file.' };
  const reference = /^(env|credential):(.*)$/.exec(text);
  if (reference === null) return undefined;
  if (!secret) return { message: `cannot be a reference (${reference[1]}:).`, hint: 'Write the path of a file.' };
  const name = reference[2] ?? '';
  const valid = reference[1] === 'env' ? /^[A-Za-z_][A-Za-z0-9_]*$/ : /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
  if (valid.test(name)) return undefined;
  return {
    message: `has no usable name after ${reference[1]}:.`,
    hint: `Write for example ${reference[1]}:OPNSENSE_KEY.`,
  };
}
