/** Whether a `project/name` fits a pattern, `*` for any text without a slash. */
export function matchPattern(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name === pattern;
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${source.join('[^/]*')}$`, 'u');
  return (name) => expression.test(name);
}
