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
  incus: ['source', 'lxd', 'inventory'],
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

/** Insertions, deletions, replacements and swaps of neighbours that turn `left` into `right` (optimal string alignment). */
function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      let distance = Math.min(at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + cost);
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) distance = Math.min(distance, at(before, column - 2) + 1);
      current.push(distance);
    }
    before = previous;
    previous = current;
  }
  return at(previous, right.length);
}

function at(numbers: readonly number[], index: number): number {
  return numbers[index] ?? Number.POSITIVE_INFINITY;
}
