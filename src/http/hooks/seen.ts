/** Remembers what came lately, in bounded memory. */
export interface Seen {
  /** Whether it is `new` (and known from then on), `known`, or cannot be remembered because too much came (`full`). */
  add(key: string, now: number): 'new' | 'known' | 'full';
}

/**
 * A memory of `ageMs`, for at most `most` keys. `whenFull` says what becomes of a new key when it is full: `forget` drops the
 * oldest (a double then counts as new), `refuse` takes nothing new (nothing can then be played twice). `known` came before.
 */
export function createSeen(
  ageMs: number,
  most: number,
  whenFull: 'forget' | 'refuse',
  known: ReadonlyMap<string, number> = new Map(),
): Seen {
  const times = new Map(known);
  return {
    add(key, now) {
      for (const [old, at] of times) {
        if (now - at <= ageMs) break;
        times.delete(old);
      }
      if (times.has(key)) return 'known';
      if (times.size >= most) {
        if (whenFull === 'refuse') return 'full';
        const [oldest] = times.keys();
        if (oldest !== undefined) times.delete(oldest);
      }
      times.set(key, now);
      return 'new';
    },
  };
}
