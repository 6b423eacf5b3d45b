/** OPNsense's booleans: `1`, or anything that is not empty and not `0`. */
export function isSet(text: string): boolean {
  return text !== '' && text !== '0';
}
