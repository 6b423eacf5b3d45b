import type { Run } from '../service/types/run.js';

/**
 * Whether a run changes something of an instance, was set off by it, or was asked for about it, as far as its lines say. The name may be
 * short: `web` is whoever is called so, `proxy/eth1` that NIC.
 */
export function isAbout(
  { changes, triggers, options }: Pick<Run, 'changes' | 'triggers' | 'options'>,
  name: string,
): boolean {
  const wanted = name.split('/');
  const texts = [...changes, ...triggers.map((one) => one.reason), ...options.instances];
  return texts.some((text) => namesIn(text).some((parts) => isMeant(parts, wanted)));
}

/** `project/instance` and `project/instance/nic`; addresses with a prefix and ports are no names. */
function namesIn(text: string): readonly string[][] {
  return text
    .split(/[\s,;:()"']+/)
    .filter((word) => word.includes('/') && !/^(tcp|udp)\/|\/\d+$/.test(word))
    .map((word) => word.split('/'))
    .filter(({ length }) => length === 2 || length === 3);
}

function isMeant(parts: readonly string[], wanted: readonly string[]): boolean {
  const startsAt = (from: number): boolean => wanted.every((part, at) => parts[from + at] === part);
  const isShort = wanted.length === 1 || (wanted.length === 2 && parts.length === 3);
  // a project alone is no instance
  return (wanted.length > 1 && startsAt(0)) || (isShort && startsAt(1));
}
