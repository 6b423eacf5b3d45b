import { child, childrenNamed, textOf, type XmlElement } from '../../../xml/element.js';

/** What OPNsense makes of a configuration by its version, as far as that decides about packets. */
export interface Release {
  /** 25.7 or older: the settings of IPv6, redirects in the order of the file, source NAT of the model in every mode. */
  readonly isOld: boolean;
  /** Which address beside the private networks of IPv6 counts as one; undefined where the version does not say. */
  readonly unspecified: '::/128' | undefined;
}

/** The last version that writes `::/128`; later ones mean the loopback address. */
const LAST_UNSPECIFIED = [26, 7, 2];
const FIRST_WITH_SETTINGS = [26, 1, 0];

/**
 * The release of a version. Without one, what only an older or only a newer OPNsense writes says so: from 26.1 on a saved
 * configuration has the settings of interfaces in the model, and older ones have model versions without them.
 */
export function readRelease(root: XmlElement, version: string | undefined): Release {
  const numbers = numbersOf(version);
  if (numbers !== undefined)
    return {
      isOld: compare(numbers, FIRST_WITH_SETTINGS) < 0,
      unspecified: compare(numbers, LAST_UNSPECIFIED) <= 0 ? '::/128' : undefined,
    };
  const own = child(root, 'OPNsense');
  const isOld = own !== undefined && hasVersions(own) && !isNew(root, own);
  return { isOld, unspecified: isOld ? '::/128' : undefined };
}

/** What only 26.1 and later write: settings of interfaces in the model, its rules of 1.0.5, redirects with numbers. */
function isNew(root: XmlElement, own: XmlElement): boolean {
  const filter = child(child(own, 'Firewall'), 'Filter');
  return (
    child(child(own, 'Interfaces'), 'settings') !== undefined ||
    (filter?.attributes.version ?? '') >= '1.0.5' ||
    childrenNamed(child(root, 'nat'), 'rule').some((rule) => textOf(rule, 'sequence') !== '')
  );
}

/** Whether all IPv6 is blocked: a setting to switch it off from 26.1 on, the lack of one that switches it on before. */
export function blocksIpv6(root: XmlElement, { isOld }: Release): boolean {
  if (isOld) return child(child(root, 'system'), 'ipv6allow') === undefined;
  const off = textOf(child(child(child(root, 'OPNsense'), 'Interfaces'), 'settings'), 'disableipv6');
  return off !== '' && off !== '0';
}

function hasVersions(element: XmlElement): boolean {
  return element.children.some((one) => one.attributes.version !== undefined || hasVersions(one));
}

function numbersOf(version: string | undefined): readonly number[] | undefined {
  const match = /^\s*(\d{2})\.(\d{1,2})(?:\.(\d+))?/.exec(version ?? '');
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

function compare(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((number, index) => number !== (right[index] ?? 0));
  return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}
