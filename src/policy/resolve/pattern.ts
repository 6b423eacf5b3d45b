/** Whether a `project/name` fits a pattern, `*` for any text without a slash. */
export function matchPattern(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name === pattern;
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${source.join('[^/]*')}$`, 'u');
  return (name) => expression.test(name);
}

/** Whether the NIC of a member fits a pattern: `project/name` means all NICs of the instance, `project/name/nic` that one. */
export function matchMember(pattern: string): (member: { readonly instance: string; readonly nic: string }) => boolean {
  const fits = matchPattern(pattern);
  return pattern.split('/').length === 3 ? ({ nic }) => fits(nic) : ({ instance }) => fits(instance);
}
