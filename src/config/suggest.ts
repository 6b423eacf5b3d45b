import { SOURCE_KINDS } from '../inventory/registry.js';
import { editDistance } from '../model/similar.js';

/**
 * The candidate that `word` was probably meant to be: same but for case and separators, a synonym, or a few typing
 * errors away. Undefined when nothing is near.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  const plain = simplify(word);
  const same = candidates.find((candidate) => simplify(candidate) === plain);
  if (same !== undefined) return same;
  const synonym = candidates.find((candidate) => SYNONYMS[candidate]?.includes(plain) === true);
  if (synonym !== undefined) return synonym;
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(plain, simplify(candidate));
    const allowed = Math.max(1, Math.floor(candidate.length / 3));
    if (distance <= allowed && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** What people write for a key, without separators. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  opnsense: ['firewall', 'target', 'fw'],
  ...Object.fromEntries(SOURCE_KINDS.map(({ key, synonyms }) => [key, synonyms])),
  segments: ['networks', 'interfaces'],
  network: ['bridge', 'vlan'],
  interface: ['if', 'iface', 'device', 'nic'],
  pool: ['range', 'addresses'],
  manage: ['mode', 'features'],
  router: ['gateway', 'gw'],
  file: ['instances'],
  path: ['file', 'config', 'configxml'],
  url: ['host', 'address', 'server', 'endpoint'],
  cert: ['certificate', 'clientcert', 'certfile'],
  ca_file: ['cacert', 'cacertificate'],
  exclude: ['ignore', 'skip'],
  protect: ['allow', 'trusted'],
  state_file: ['state', 'ledger'],
  retain: ['keep', 'retention'],
  reconcile: ['cron', 'interval', 'every'],
  timezone: ['tz', 'zone'],
};

function simplify(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}
