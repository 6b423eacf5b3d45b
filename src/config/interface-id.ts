import type { Finding } from './problem.js';

const WHERE = 'Interfaces › Assignments in OPNsense shows it in brackets after the name: [SERVERS] is on opt3.';

/** FreeBSD device names (`em0`, `vtnet1`, `igc0_vlan20`, `vlan01`, `bridge0`), which are easily taken for interface identifiers. */
const DEVICE = /^([a-z]{2,}\d+(_vlan\d+|\.\d+)?|vlan0?\.?\d+)$/;

/** What to tell somebody whose `interface:` is not an OPNsense identifier such as `lan` or `opt3`. */
export function interfaceWords(text: string): Pick<Finding, 'message' | 'hint'> {
  const lower = text.toLowerCase().trim();
  if (/^(lan|wan|opt[0-9]+)$/.test(lower))
    return { message: `'interface' cannot be ${text}: identifiers are lower case.`, hint: `Did you mean '${lower}'?` };
  if (DEVICE.test(text))
    return {
      message: `'interface' is ${text}, which looks like the name of a device.`,
      hint: `Write its identifier: lan, opt1, opt2 … (Interfaces › Assignments in OPNsense shows which one uses ${text}).`,
    };
  return {
    message: `'interface' is ${text.slice(0, 60)}, which looks like a description.`,
    hint: `Write its identifier: lan, opt1, opt2 … `.concat(WHERE),
  };
}
