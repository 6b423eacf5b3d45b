/** How many digits of an id are random. */
const DIGITS = 6;
const SPACE = 16 ** DIGITS;

/**
 * Makes ids like `20261123T031500Z-4f9c1a`. They sort by time, also within one second. `random` is from 0 to below 1.
 */
export function createRunIds(now: () => Date, random: () => number): () => string {
  let stamp = '';
  let serial = 0;
  return () => {
    const next = `${now().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    serial = next === stamp ? (serial + 1 + Math.floor(random() * 255)) % SPACE : Math.floor(random() * (SPACE / 2));
    stamp = next;
    return `${stamp}-${serial.toString(16).padStart(DIGITS, '0')}`;
  };
}
