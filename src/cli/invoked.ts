import { basename, dirname, relative } from 'node:path';
import { shellWord } from './shell-word.js';

/** Commands that sentences tell people to run. */
export const COMMANDS = [
  'apply',
  'check',
  'completion',
  'confirm',
  'demo',
  'enrol',
  'explain',
  'help',
  'history',
  'incus',
  'init',
  'migrate',
  'pause',
  'plan',
  'plugin',
  'reach',
  'receive',
  'release',
  'release-hold',
  'resume',
  'rollback',
  'serve',
  'show',
  'status',
  'test',
  'token',
  'watch',
] as const;

/** How this installation is called: `slash32` where that is on the PATH, else the words that started it. Pure. */
export function invokedAs(script: string | undefined, cwd: string): string {
  if (script === undefined) return 'slash32';
  if (basename(script) === 'slash32') return dirname(script).endsWith('node_modules/.bin') ? 'npx slash32' : 'slash32';
  const near = relative(cwd, script);
  const path = near.startsWith('..') ? script : near;
  return `node ${shellWord(path)}`;
}

const NAMED = new RegExp(`(?<![\\w/.:[-])slash32 (?=(?:${COMMANDS.join('|')})(?![\\w-]))`, 'g');

/** A text whose commands are those of this installation. Pure. */
export function asInvoked(text: string, name: string | undefined): string {
  return name === undefined || name === 'slash32' ? text : text.replace(NAMED, () => `${name} `);
}
