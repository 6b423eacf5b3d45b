/** The command that asks whether a change closes the way to the firewall; `own` is the address that this program has for it. */
export function wayInQuestion(own: string | undefined, target: string): string {
  return `slash32 explain ${own ?? 'ADDRESS'} firewall tcp/${portOf(target)} --after`;
}

function portOf(target: string): string {
  if (!/^https?:/.test(target)) return '443';
  const { port, protocol } = new URL(target);
  if (port !== '') return port;
  return protocol === 'http:' ? '80' : '443';
}
