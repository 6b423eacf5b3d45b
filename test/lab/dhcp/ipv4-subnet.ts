/** Network address and mask of an interface address, both in dotted form: `10.10.1.1`, 24 → `10.10.1.0`, `255.255.255.0`. */
export function ipv4Subnet(address: string, prefix: number): { readonly network: string; readonly mask: string } {
  const octets = address.split('.').map(Number);
  const masks = [0, 8, 16, 24].map((start) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - start))));
  return { network: octets.map((octet, index) => octet & (masks[index] ?? 0)).join('.'), mask: masks.join('.') };
}

/** True for four decimal numbers of at most 255: the only form in which an OPNsense interface has a fixed IPv4 address. */
export function isIpv4(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255);
}
