import { matchPattern } from '../../model/pattern.js';

/** Whether the NIC of a member fits a pattern: `project/name` means all NICs of the instance, `project/name/nic` that one. */
export function matchMember(pattern: string): (member: { readonly instance: string; readonly nic: string }) => boolean {
  const fits = matchPattern(pattern);
  return pattern.split('/').length === 3 ? ({ nic }) => fits(nic) : ({ instance }) => fits(instance);
}
