/** The owner that the marker at the end of a description names; undefined without a marker. */
export function ownerOf(descr: string): string | undefined {
  const found = /\[slash32:([^:\]\s]+):[^\]\s]*\]\s*$/.exec(descr)?.[1];
  return found === undefined ? undefined : decodeURIComponent(found);
}

/** The whole marker; empty without one. */
export function markerOf(descr: string): string {
  return /\[slash32:[^:\]\s]+:[^\]\s]*\]\s*$/.exec(descr)?.[0].trim() ?? '';
}
