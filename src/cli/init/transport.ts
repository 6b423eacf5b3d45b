import { Slash32Error } from '../../errors/slash32-error.js';
import { SCOPE_SETTING } from '../../firewall/opnsense/plugin/observe.js';
import type { Observed } from '../../model/firewall.js';
import type { TargetEnd } from './ends.js';

/** The firewall, read in the best way that it offers. */
export interface FoundTarget {
  readonly end: TargetEnd;
  readonly observed: Observed;
  /** What a person should know about the choice, one sentence each. */
  readonly remarks: readonly string[];
}

/**
 * Reads the firewall through the plugin os-slash32 where it is there, else through the API. OPNsense answers 403 both for a
 * plugin that the key may not use and, to a restricted key, for a plugin that is not there: then the API decides.
 */
export async function findTarget(observe: (end: TargetEnd) => Promise<Observed>, end: TargetEnd): Promise<FoundTarget> {
  if (end.config.transport !== 'api') return { end, observed: await observe(end), remarks: [] };
  const plugin: TargetEnd = {
    config: { ...end.config, transport: 'plugin' },
    yaml: { ...end.yaml, transport: 'plugin' },
  };
  let forbidden: Slash32Error;
  try {
    const observed = await observe(plugin);
    return { end: plugin, observed, remarks: ['The plugin os-slash32 is on the firewall: transport: plugin.'] };
  } catch (error) {
    if (!(error instanceof Slash32Error)) throw error;
    if (error.code === 'S32_PLUGIN_MISSING') return { end, observed: await observe(end), remarks: [] };
    if (error.code !== 'S32_OPNSENSE_FORBIDDEN') throw error;
    forbidden = error;
  }
  try {
    const remark = `transport: api, because the key may not ask for the plugin os-slash32. If it is installed: ${forbidden.hint}`;
    return { end, observed: await observe(end), remarks: [remark] };
  } catch (error) {
    if (!(error instanceof Slash32Error) || error.code !== 'S32_OPNSENSE_FORBIDDEN') throw error;
    throw new Slash32Error('S32_OPNSENSE_FORBIDDEN', {
      message: `${forbidden.message} Without the plugin: ${error.message}`,
      ...(forbidden.where === undefined ? {} : { where: forbidden.where }),
      hint: `With the plugin os-slash32: ${forbidden.hint} Without it: ${error.hint}`,
    });
  }
}

/** What is left to do on the firewall before the plugin may write these interfaces; undefined when it may already. */
export function scopeRemark(observed: Observed, interfaces: readonly string[]): string | undefined {
  const closed = interfaces.filter((id) => observed.writable?.interfaces.includes(id) === false);
  if (closed.length === 0) return undefined;
  return (
    `os-slash32 may not write ${closed.join(', ')} yet: add ${closed.length === 1 ? 'it' : 'them'} on the firewall under ${SCOPE_SETTING}. ` +
    'What DHCP already gives out there cannot be seen before that: look at the proposed pool again, or run init once more.'
  );
}
