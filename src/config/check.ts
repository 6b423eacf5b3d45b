import { dirname, resolve } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { buildConfig } from './build.js';
import { parseYaml, type YamlDocument } from './document.js';
import { explainErrors } from './explain.js';
import { findInlineSecrets } from './inline-secrets.js';
import { type ConfigProblem, type Finding, formatPath } from './problem.js';
import type { RawConfig } from './raw.js';
import { checkRules } from './rules.js';
import { CONFIG_SCHEMA } from './schema.js';
import type { Config } from './types.js';

/** Either the configuration, or every mistake in the file in the order of its lines. */
export type ConfigCheck =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Checks the text of a slash32.yaml. `file` is how messages name it; relative paths in it are taken from `folder`.
 * Reads no other file and never throws: key files and sockets are looked at when they are used.
 */
export function checkConfig(text: string, file: string, folder: string = resolve(dirname(file))): ConfigCheck {
  const document = parseYaml(text);
  if (document.faults.length > 0)
    return { ok: false, problems: document.faults.map((fault) => ({ file, path: '', ...fault })) };
  const value = document.value;
  if (!isMapping(value)) return { ok: false, problems: [notAMapping(file, value)] };
  const validate = compileSchema();
  const filled: unknown = structuredClone(value);
  const valid = validate(filled);
  const secrets = findInlineSecrets(value);
  const told = new Set(secrets.map((finding) => formatPath(finding.path)));
  const others = [...checkRules(value), ...explainErrors(validate.errors ?? [])];
  const findings = [...secrets, ...others.filter((finding) => !told.has(formatPath(finding.path)))];
  if (valid && findings.length === 0) return { ok: true, config: buildConfig(filled as RawConfig, file, folder) };
  return { ok: false, problems: placeFindings(findings, document, file) };
}

/** Compiled for each check: a few milliseconds, once in a run, and no state is shared. */
function compileSchema(): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    allowUnionTypes: true,
    strictTypes: false,
  });
  ajv.addVocabulary(['x-hint', 'x-type']);
  return ajv.compile(CONFIG_SCHEMA);
}

function placeFindings(findings: readonly Finding[], document: YamlDocument, file: string): ConfigProblem[] {
  return findings
    .map((finding) => {
      const { line, column } = document.locate(finding.path, finding.at);
      return { file, line, column, path: formatPath(finding.path), message: finding.message, hint: finding.hint };
    })
    .sort((left, right) => left.line - right.line || left.column - right.column);
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

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
