/** The plugin's own pattern; its PHP takes only these for blanks, and no others of Unicode. */
const MARKER = /\[slash32:([^:\] \t\n\v\f\r]+):[^\] \t\n\v\f\r]*\][ \t\n\v\f\r]*$/;

/**
 * Whether an entry is the owner's in the eyes of the plugin: its description ends in the owner's marker, whatever the
 * marker says after the owner. That is wider than what a plan takes for its own, and what is the owner's but not named in
 * an apply is deleted: so the payload has to go by this.
 */
export function carriesMarker(description: string, owner: string): boolean {
  return decoded(MARKER.exec(description)?.[1] ?? '') === owner;
}

function decoded(part: string): string {
  return part.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
