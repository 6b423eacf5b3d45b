import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { Slash32Error } from '../errors/slash32-error.js';
import type { Policy } from '../model/policy.js';
import { readPolicy } from '../policy/language/read.js';
import type { PolicySource } from '../policy/language/reader.js';
import { isRecord } from '../schema/record.js';
import { parseYaml, type YamlDocument } from './document.js';
import { explainErrors } from './explain.js';
import { type ConfigProblem, formatPath } from './problem.js';
import { suggest } from './suggest.js';

/** The policy of a configuration, or what is wrong with it. */
export interface PolicyCheck {
  readonly policy: Policy;
  readonly problems: readonly ConfigProblem[];
  /** SHA-256 of the texts of all policy files; empty without any. */
  readonly digest: string;
}

/** What checking a policy needs. */
export interface PolicyCheckInput {
  /** slash32.yaml as parsed. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly document: YamlDocument;
  /** How messages name slash32.yaml. */
  readonly file: string;
  readonly folder: string;
  /** Compiles `POLICY_FILE_SCHEMA`; only asked for where there is such a file. */
  readonly compile: () => ValidateFunction;
  /** The text of a file; throws a `Slash32Error`. */
  readonly readText: (path: string) => string;
}

/** Reads the policy out of slash32.yaml and of the files that it names; their places are those of their own lines. */
export function checkPolicy(input: PolicyCheckInput): PolicyCheck {
  const { value, document, file, folder } = input;
  const problems: ConfigProblem[] = [];
  const sources: PolicySource[] = [sourceOf(value, document, file)];
  const hash = createHash('sha256');
  const files = Array.isArray(value.policy_files) ? value.policy_files : [];
  const validate = files.length === 0 ? undefined : input.compile();
  for (const [index, name] of files.entries()) {
    if (typeof name !== 'string' || validate === undefined) continue;
    const shown = name.startsWith('/') ? name : join(dirname(file), name);
    const at = { file, ...document.locate(['policy_files', index], 'value'), path: `policy_files[${index}]` };
    try {
      const text = input.readText(resolve(folder, name));
      hash.update(text);
      sources.push(...readFile(text, shown, validate, problems));
    } catch (error) {
      if (!(error instanceof Slash32Error)) throw error;
      problems.push({ ...at, message: error.message, hint: 'Correct the name, or take it out.' });
    }
  }
  const segments = typeof value.segments === 'object' && value.segments !== null ? Object.keys(value.segments) : [];
  const { policy, mistakes } = readPolicy(sources, { segments, suggest });
  for (const { place, path, message, hint } of mistakes)
    problems.push({ ...place, path: formatPath(path), message, hint });
  return { policy, problems, digest: files.length === 0 ? '' : hash.digest('hex') };
}

function readFile(
  text: string,
  file: string,
  validate: ValidateFunction,
  problems: ConfigProblem[],
): readonly PolicySource[] {
  const document = parseYaml(text);
  for (const fault of document.faults) problems.push({ file, path: '', ...fault });
  if (document.faults.length > 0 || document.value === null || document.value === undefined) return [];
  const { value } = document;
  if (!validate(structuredClone(value)))
    for (const { path, at, message, hint } of explainErrors(validate.errors ?? []))
      problems.push({ file, ...document.locate(path, at), path: formatPath(path), message, hint });
  return isRecord(value) ? [sourceOf(value, document, file)] : [];
}

function sourceOf(value: Readonly<Record<string, unknown>>, document: YamlDocument, file: string): PolicySource {
  return { value, locate: (path, at) => ({ file, ...document.locate(path, at) }) };
}
