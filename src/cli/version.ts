import { readFileSync } from 'node:fs';
import { packageFile } from './package-file.js';

/** The version of this program, from its package.json. */
export function programVersion(): string {
  const text = readFileSync(packageFile('package.json'), 'utf8');
  const { version }: { version?: unknown } = JSON.parse(text);
  return typeof version === 'string' ? version : 'unknown';
}
