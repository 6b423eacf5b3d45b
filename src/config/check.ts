import { dirname, resolve } from 'node:path';
import type { Options } from 'ajv/dist/2020.js';
import { isRecord } from '../schema/record.js';
import { validatorOf } from '../schema/validator.js';
import { buildConfig } from './build.js';
import { parseYaml, type YamlDocument } from './document.js';
import { explainErrors } from './explain.js';
import { findInlineSecrets } from './inline-secrets.js';
import { migrateValue } from './migrate/migrate.js';
import { migrationsFrom, SCHEMA_VERSION, versionOf } from './migrate/migrations.js';
import { checkPolicy } from './policy.js';
import { type ConfigProblem, type Finding, formatPath } from './problem.js';
import type { RawConfig } from './raw.js';
import { readConfigText } from './read-text.js';
import { checkRules } from './rules.js';
import { CONFIG_SCHEMA } from './schema.js';
import { POLICY_FILE_SCHEMA } from './schema-policy.js';
import type { Config } from './types.js';

const READING: Options = {
  allErrors: true,
  verbose: true,
  useDefaults: true,
  allowUnionTypes: true,
  strictTypes: false,
  keywords: ['x-hint', 'x-type'],
};
const CONFIG = validatorOf('config', CONFIG_SCHEMA, READING);
const POLICY_FILE = validatorOf('policy-file', POLICY_FILE_SCHEMA, READING);

/** Either the configuration, or every mistake in the file in the order of its lines. */
export type ConfigCheck =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Checks the text of a slash32.yaml. `file` is how messages name it; relative paths in it are taken from `folder`. A file of
 * an older schema is read as what it meant, and `notes` of the configuration says so; places are those of the text as it is.
 * Of other files it reads only the policy files, with `readText`; key files and sockets are looked at when they are used. Never throws.
 */
export function checkConfig(
  text: string,
  file: string,
  folder: string = resolve(dirname(file)),
  readText: (path: string) => string = readConfigText,
): ConfigCheck {
  const document = parseYaml(text);
  if (document.faults.length > 0)
    return { ok: false, problems: document.faults.map((fault) => ({ file, path: '', ...fault })) };
  const written = document.value;
  if (!isRecord(written)) return { ok: false, problems: [notAMapping(file, written)] };
  const version = versionOf(written) ?? SCHEMA_VERSION;
  if (version > SCHEMA_VERSION) return { ok: false, problems: [ofNewerSchema(file, version, document)] };
  const value = version < SCHEMA_VERSION ? migrated(written, version) : written;
  const validate = CONFIG();
  const filled: unknown = structuredClone(value);
  const valid = validate(filled);
  const secrets = findInlineSecrets(value);
  const told = new Set(secrets.map((finding) => formatPath(finding.path)));
  const others = [...checkRules(value), ...explainErrors(validate.errors ?? [])];
  const findings = [...secrets, ...others.filter((finding) => !told.has(formatPath(finding.path)))];
  const declared = checkPolicy({
    value,
    document,
    file,
    folder,
    compile: POLICY_FILE,
    readText,
  });
  if (valid && findings.length === 0 && declared.problems.length === 0)
    return { ok: true, config: buildConfig(filled as RawConfig, file, folder, notesOn(file, version), declared) };
  return { ok: false, problems: inOrder([...placeFindings(findings, document, file), ...declared.problems], file) };
}

function placeFindings(findings: readonly Finding[], document: YamlDocument, file: string): ConfigProblem[] {
  return findings.map((finding) => {
    const { line, column } = document.locate(finding.path, finding.at);
    return { file, line, column, path: formatPath(finding.path), message: finding.message, hint: finding.hint };
  });
}

/** By file, the configuration itself first, and by place; of two at one place about the same thing, the first. */
function inOrder(problems: readonly ConfigProblem[], file: string): ConfigProblem[] {
  const rank = (one: ConfigProblem): string => (one.file === file ? '' : one.file);
  return [...problems].sort(
    (left, right) => rank(left).localeCompare(rank(right)) || left.line - right.line || left.column - right.column,
  );
}

/** What is no mapping after all keeps its shape, and the schema says what is wrong with it. */
function migrated(value: Record<string, unknown>, version: number): Record<string, unknown> {
  const result = migrateValue(value, version);
  return isRecord(result) ? result : value;
}

function notesOn(file: string, version: number): string[] {
  const abouts = migrationsFrom(version).map((one) => one.about);
  if (abouts.length === 0) return [];
  return [
    `${file} is of schema version ${version} and is read as version ${SCHEMA_VERSION}: ${abouts.join(' ')} To write it so: slash32 migrate`,
  ];
}

function ofNewerSchema(file: string, version: number, document: YamlDocument): ConfigProblem {
  return {
    file,
    ...document.locate(['version'], 'value'),
    path: 'version',
    message: `${file} is of schema version ${version}, and this slash32 knows version ${SCHEMA_VERSION} at most.`,
    hint: 'Use the slash32 that it was written for, or a newer one.',
    code: 'S32_CONFIG_NEWER',
  };
}

function notAMapping(file: string, value: unknown): ConfigProblem {
  const empty = value === null || value === undefined;
  return {
    file,
    line: 1,
    column: 1,
    path: '',
    message: empty ? 'The file is empty.' : 'The file is not a mapping of keys.',
    hint: '`slash32 init` writes a first one; docs/reference/configuration.md names every key.',
  };
}
