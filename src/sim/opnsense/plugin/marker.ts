/** As the plugin's PHP has it, which takes only these for blanks and no others of Unicode. */
const MARKER = /\[slash32:([^:\] \t\n\v\f\r]+):[^\] \t\n\v\f\r]*\][ \t\n\v\f\r]*$/;

/** The owner that the marker at the end of a description names; undefined without a marker. */
export function ownerOf(descr: string): string | undefined {
  return MARKER.exec(descr)?.[1]?.replace(/%([0-9a-f]{2})/gi, (_text, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** The whole marker; empty without one. */
export function markerOf(descr: string): string {
  return MARKER.exec(descr)?.[0].trim() ?? '';
}

/** Whether a description ends in a marker of any owner. */
export function isThere(descr: string): boolean {
  return MARKER.test(descr);
}
