import { Slash32Error } from '../../../errors/slash32-error.js';
import type { Resolvers, StandingName } from '../../../model/firewall.js';
import type { ObservedPolicy } from '../../../model/policy-entries.js';
import { textOf, type XmlElement } from '../../../xml/element.js';
import { cutConfig } from '../config/cut.js';
import { readResolvers } from '../config/resolvers.js';
import { readStandingNames } from '../config/standing-names.js';
import { html, type JudgedCall } from '../http/judge.js';
import { unusedCategory } from '../policy/category.js';
import { CATEGORY, policyElements, readObservedPolicy } from '../policy/read.js';
import { parseConfigXml, parseXml } from '../xml/parse.js';
import { type Tree, toTree } from './tree.js';

/** The sections of one backup that slash32 needs; the rest, with every secret of the firewall, is gone. */
export interface Snapshot {
  /** Name of the backup. */
  readonly id: string;
  readonly source: string;
  readonly root: XmlElement;
  /** What OPNsense's own code sees of it; made when it is first asked for, since only a write needs it. */
  readonly tree: Tree;
  /** Aliases, rules and redirects of the whole backup. */
  readonly policy: ObservedPolicy;
  /** Names that its DNS answers, of the whole backup. */
  readonly names: readonly StandingName[];
  /** What DHCP names as resolvers where an interface names none, of the whole backup. */
  readonly resolvers: Resolvers;
  /** Uuid of our category; empty where there is none. */
  readonly category: string;
  /** Whether it stands there as slash32 makes it, and nothing is in it. */
  readonly isCategoryUnused: boolean;
}

/**
 * Cuts a downloaded config.xml down to a snapshot at once. A text that is no whole config.xml is an error that quotes
 * nothing of it. `version` is that of the firewall, since it makes other rules of a configuration than an older one.
 */
export function takeSnapshot(id: string, text: string, call: JudgedCall, version?: string): Snapshot {
  const trimmed = text.trim();
  if (trimmed === '')
    throw new Slash32Error('S32_OPNSENSE_EMPTY', {
      message: `${call.host} has no backup ${id} (any more).`,
      where: call.where,
    });
  if (/^<(!doctype )?html/i.test(trimmed)) throw html(call);
  if (!trimmed.startsWith('<'))
    throw new Slash32Error('S32_OPNSENSE_BAD_ANSWER', {
      message: `The backup ${id} is no XML; an encrypted backup cannot be read.`,
      where: call.where,
    });
  if (!/<\/[\w-]+>$/.test(trimmed)) throw cutShort(id, call);
  const { source, ...kept } = cut(id, text.replace(/^\ufeff/, ''), call, version);
  const root = parseXml(source);
  if (root.name !== 'opnsense')
    throw new Slash32Error('S32_OPNSENSE_BAD_ANSWER', {
      message: `The backup ${id} is no OPNsense configuration.`,
      where: call.where,
    });
  let tree: Tree | undefined;
  return {
    id,
    source,
    root,
    ...kept,
    get tree() {
      tree ??= toTree(root);
      return tree;
    },
  };
}

function cut(
  id: string,
  text: string,
  call: JudgedCall,
  version: string | undefined,
): Omit<Snapshot, 'id' | 'root' | 'tree'> {
  try {
    const whole = parseConfigXml(text);
    const ours = policyElements(whole, 'category').find((one) => textOf(one, 'name') === CATEGORY.name);
    const category = ours?.attributes.uuid ?? '';
    const isCategoryUnused = unusedCategory(whole, new Set()) !== undefined;
    return {
      source: cutConfig(text, whole),
      // read now, so that nothing keeps the whole text and its secrets
      policy: { ...readObservedPolicy(whole, { version }) },
      names: readStandingNames(whole),
      resolvers: readResolvers(whole),
      category,
      isCategoryUnused,
    };
  } catch (error) {
    if (error instanceof Slash32Error && error.code !== 'S32_CONFIG_XML_MALFORMED') throw error;
    if (error instanceof Slash32Error && text.trimEnd().endsWith('</opnsense>')) throw malformedBackup(id, call, error);
    throw cutShort(id, call);
  }
}

/** A backup that arrived whole and that no parser reads: another reading would give the same. */
function malformedBackup(id: string, call: JudgedCall, error: Slash32Error): Slash32Error {
  return new Slash32Error('S32_CONFIG_XML_MALFORMED', {
    message: `The backup ${id} of ${call.host} is broken at ${error.where}: ${error.message}`,
    where: call.where,
  });
}

function cutShort(id: string, call: JudgedCall): Slash32Error {
  return new Slash32Error('S32_OPNSENSE_CUT_SHORT', {
    message: `The backup ${id} is not whole: its XML ends in the middle or is broken.`,
    where: call.where,
  });
}
