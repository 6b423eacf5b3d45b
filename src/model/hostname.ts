/** Hostnames as DHCP option 12 and DNS both take them: one label of RFC 1123 §2.1 (letters, digits, inner hyphens, 63 at most). */

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether `text` is one host label. ISC would break on a quote; OPNsense replaces dots and blanks silently. */
export function isHostLabel(text: string): boolean {
  return LABEL.test(text);
}

/** The nearest host label to `text`, for names that are only a part of ours (a project's): undefined when nothing is left. */
export function toHostLabel(text: string): string | undefined {
  const label = text
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return label === '' ? undefined : label;
}
