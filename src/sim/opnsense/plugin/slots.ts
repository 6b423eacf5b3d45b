import { childOf, childrenOf, copyOf, ensureChild, node, type SimNode, setText, textAt } from '../node.js';
import type { NodeChange, PluginSettings } from './model.js';

const TAGS = {
  enabled: 'enable',
  range: 'range',
  mask: 'numberoptions',
  routes: 'numberoptions',
  deny_unknown: 'denyunknown',
  mac_allow: 'mac_allow',
  static_arp: 'staticarp',
  router: 'gateway',
  pools: 'pool',
} as const;

type Setting = keyof typeof TAGS;

/** Settings that are items of `<numberoptions>`. */
const OPTIONS = { mask: ['1', 'ip-address'], routes: ['121', 'string'] } as const;

function optionOf(setting: string): readonly [number: string, type: string] | undefined {
  return Object.hasOwn(OPTIONS, setting) ? OPTIONS[setting as keyof typeof OPTIONS] : undefined;
}

/** The settings that an apply may name. */
export const SETTING_NAMES = Object.keys(TAGS);

/** Makes the named settings of an interface what they should be; one that already says so stays as it is written. */
export function writeSettings(root: SimNode, id: string, settings: PluginSettings): NodeChange[] {
  return (Object.keys(TAGS) as Setting[]).flatMap((setting): NodeChange[] => {
    if (settings[setting] === undefined) return [];
    const before = slotOf(root, id, setting).map(copyOf);
    const wanted = setting === 'pools' ? wantedPools(before, settings.pools ?? []) : wantedTags(setting, settings);
    if (says(setting, before, wanted)) return [];
    const place = putSlot(root, id, setting, wanted);
    return [{ kind: 'setting', at: id, name: setting, action: 'updated', before, after: wanted, place }];
  });
}

/** The tags that stand for a setting. */
export function slotOf(root: SimNode, id: string, setting: string): SimNode[] {
  const section = childOf(childOf(root, 'dhcpd'), id);
  const tag = TAGS[setting as Setting];
  if (setting === 'pools') return childrenOf(section, tag).filter((pool) => pool.children.length > 0);
  const option = optionOf(setting);
  if (option === undefined) return childrenOf(section, tag);
  return childrenOf(childOf(section, tag), 'item').filter(
    (item) => textAt(item, 'number').replace(/^0+(?=\d)/, '') === option[0],
  );
}

/**
 * Puts these tags where the present ones are, else at `place`, else before the mappings. Gives the place where the first of
 * the old or new ones stood or stands.
 */
export function putSlot(root: SimNode, id: string, setting: string, tags: readonly SimNode[], place?: number): number {
  const old = new Set(slotOf(root, id, setting));
  if (old.size === 0 && tags.length === 0) return 0;
  const section = ensureChild(ensureChild(root, 'dhcpd'), id);
  const option = optionOf(setting);
  const parent = option === undefined ? section : ensureChild(section, 'numberoptions');
  const first = parent.children.findIndex((child) => old.has(child));
  const behind = parent.children.findIndex((child) => child.name === 'staticmap' || child.name === 'pool');
  const at = first >= 0 ? first : (place ?? (behind >= 0 ? behind : parent.children.length));
  const rest = parent.children.filter((child) => !old.has(child));
  parent.children = [...rest.slice(0, at), ...tags.map(copyOf), ...rest.slice(at)];
  if (option !== undefined && parent.children.length === 0)
    section.children = section.children.filter((child) => child !== parent);
  return at;
}

/** The pools as they stand, with who gets their addresses. */
function wantedPools(now: readonly SimNode[], pools: NonNullable<PluginSettings['pools']>): SimNode[] {
  return now.map((element, index) => {
    const pool = copyOf(element);
    const asked = pools[index];
    if (asked === undefined) return pool;
    const set = (name: string, text: string | null): void => {
      if (text === null) pool.children = pool.children.filter((child) => child.name !== name);
      else if (childOf(pool, name)?.text !== text) setText(pool, name, text);
    };
    if (!asked.deny_unknown) set('denyunknown', null);
    else if (childOf(pool, 'denyunknown') === undefined) set('denyunknown', '1');
    set('mac_allow', asked.mac_allow);
    return pool;
  });
}

function wantedTags(setting: Exclude<Setting, 'pools'>, settings: PluginSettings): SimNode[] {
  const value = settings[setting];
  if (value === null || value === undefined || value === false) return [];
  const option = optionOf(setting);
  if (option !== undefined)
    return [node('item', [node('number', option[0]), node('type', option[1]), node('value', String(value))])];
  if (typeof value === 'object') return [node('range', [node('from', value.from), node('to', value.to)])];
  return [node(TAGS[setting], value === true ? '1' : value)];
}

function says(setting: Setting, now: readonly SimNode[], wanted: readonly SimNode[]): boolean {
  if (now.length !== wanted.length) return false;
  if (wanted.length === 0) return true;
  const [first] = now;
  if (setting === 'enabled' || setting === 'deny_unknown') return true;
  if (setting === 'static_arp') return first !== undefined && !['', '0'].includes(first.text);
  return now.map(canon).join() === wanted.map(canon).join();
}

/** The same for two elements that say the same: empty fields and the order of fields do not count. */
export function canon(element: SimNode): string {
  if (element.children.length === 0) return `${element.name}=${element.text.trim()}`;
  const parts = element.children.map(canon).filter((part) => !part.endsWith('='));
  return `${element.name}{${parts.sort().join('\u0000')}}`;
}
