import { isRecord } from '../guards.js';

/** What an event says may have changed. A hint only: whoever gets it reads everything anew. */
export interface EventHint {
  /** `instance-created`. */
  readonly action: string;
  /** For people, cut and without invisible characters: `instance-created default/web-1`. */
  readonly reason: string;
  /** Whether an instance may be asking for its lease already. */
  readonly urgent: boolean;
}

/** Why an event is passed over. */
export type Passed = 'not-lifecycle' | 'other-action' | 'move' | 'unreadable';

/** Actions after which the inventory may be another one (facts/incus.md §4). Whether they do matters little: reading is cheap. */
const RELEVANT = new Set([
  'instance-created',
  'instance-deleted',
  'instance-renamed',
  'instance-updated',
  'instance-started',
  'instance-restarted',
  'instance-restored',
  'instance-migrated',
  'network-created',
  'network-updated',
  'network-renamed',
  'network-deleted',
  'profile-updated',
  'profile-renamed',
  'profile-deleted',
  'project-created',
  'project-updated',
  'project-renamed',
  'project-deleted',
]);

/** `instance-created` comes before the image is unpacked, so there is time to be first. */
const URGENT = new Set(['instance-created', 'instance-started', 'instance-restored']);

const LONGEST = 120;

/**
 * What an event of Incus means, as the websocket and the webhook logger send it: a hint, or why it is passed over. Never
 * throws, whatever it is given.
 */
export function classifyEvent(message: unknown): EventHint | Passed {
  if (!isRecord(message) || typeof message.type !== 'string') return 'unreadable';
  if (message.type !== 'lifecycle') return 'not-lifecycle';
  const { metadata } = message;
  if (!isRecord(metadata) || typeof metadata.action !== 'string') return 'unreadable';
  const { action } = metadata;
  if (!RELEVANT.has(action)) return 'other-action';
  const name = nameOf(metadata);
  // The ghost of a move to another pool: the real name follows (facts/incus.md §4).
  if (name.startsWith('move-of-')) return 'move';
  const project = textOr(metadata.project, textOr(message.project, ''));
  const what = [project, name].filter((part) => part !== '').join('/');
  return { action, reason: clean(what === '' ? action : `${action} ${what}`), urgent: URGENT.has(action) };
}

/** Network, profile and project events have no name of their own, only the path of what they are about. */
function nameOf(metadata: Readonly<Record<string, unknown>>): string {
  if (typeof metadata.name === 'string') return metadata.name;
  const source = textOr(metadata.source, '').split('?')[0] ?? '';
  return source.slice(source.lastIndexOf('/') + 1);
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

function clean(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '').slice(0, LONGEST);
}
