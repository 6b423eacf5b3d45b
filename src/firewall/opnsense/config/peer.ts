/** The host of what OPNsense takes as a peer: an address, a name, or a URL with an optional port and user. */
export function hostOf(target: string): string {
  const authority = target.replace(/^[a-z]+:\/\//i, '').replace(/[/?#].*$/, '');
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:\d+$/, '');
}
