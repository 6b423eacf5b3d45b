import { basename, dirname, resolve } from 'node:path';
import { SOURCE_KINDS } from '../inventory/registry.js';
import { defaultStateFile } from './build.js';
import { checkConfig } from './check.js';
import { parseYaml } from './document.js';
import type { Config, ServiceConfig, TargetConfig } from './types.js';

/** What a command needs to end an emergency: whose entries, on which firewall, and where its files lie. */
export interface Essentials {
  readonly owner: string;
  readonly target: TargetConfig;
  readonly stateFile: string;
  readonly service: ServiceConfig;
}

/** The keys of slash32.yaml that these come from. */
const NEEDED = ['version', 'owner', 'opnsense', 'service', 'state_file'] as const;
/** Stands in for what the needed keys do not depend on. */
const PLACEHOLDER = {
  ...Object.fromEntries(SOURCE_KINDS.slice(0, 1).map(({ key, example }) => [key, example])),
  segments: { any: { interface: 'lan' } },
};

export function essentialsOf({ plan, target, stateFile, service }: Config): Essentials {
  return { owner: plan.owner, target, stateFile, service };
}

/**
 * The essentials of a configuration that is wrong somewhere else: in a segment, in the policy, with a key that nobody
 * knows. Undefined when one of the keys that they come from is wrong itself, or the text is no YAML.
 */
export function salvageEssentials(text: string, path: string): Essentials | undefined {
  const { value, faults } = parseYaml(text);
  if (faults.length > 0 || typeof value !== 'object' || value === null) return undefined;
  const written: Readonly<Record<string, unknown>> = { ...value };
  const rest = NEEDED.flatMap((key) => (Object.hasOwn(written, key) ? [[key, written[key]]] : []));
  const check = checkConfig(JSON.stringify({ ...Object.fromEntries(rest), ...PLACEHOLDER }), path, dirname(path));
  return check.ok ? essentialsOf(check.config) : undefined;
}

/**
 * Where the state file of a configuration may lie, also of one that is no YAML any more or is gone: as a line of it says, and
 * beside it.
 */
export function possibleStateFiles(path: string, text: string | undefined): string[] {
  const written = /^state_file\s*:\s*(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#"'][^#\n]*))/m.exec(text ?? '');
  const named = (written?.[1] ?? written?.[2] ?? written?.[3])?.trim();
  const beside = defaultStateFile(resolve(dirname(path), basename(path)));
  return named === undefined ? [beside] : [resolve(dirname(path), named), beside];
}
