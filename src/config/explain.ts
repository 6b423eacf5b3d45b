import type { ErrorObject } from 'ajv';
import { SOURCE_KINDS, sourceKind } from '../inventory/registry.js';
import { isRecord } from '../schema/record.js';
import { interfaceWords } from './interface-id.js';
import type { Finding, PathPart } from './problem.js';
import { CONFIG_SCHEMA } from './schema.js';
import { suggest } from './suggest.js';

type Words = Pick<Finding, 'message' | 'hint'>;

/**
 * What the schema's findings mean for the person who wrote the file. Several errors of the validator can be one
 * mistake (each branch of a choice complains); each mistake is told once.
 */
export function explainErrors(errors: readonly ErrorObject[]): Finding[] {
  return errors.filter(isMistake).map(explain);
}

/** An enclosing `if` or a single branch of `oneOf` only repeats what another error says better. */
function isMistake(error: ErrorObject): boolean {
  if (error.keyword === 'if') return false;
  if (/\/oneOf\/\d+\/required$/.test(error.schemaPath)) return false;
  if (error.keyword === 'const' && error.schemaPath.includes('/contains/')) return false;
  return !(error.propertyName !== undefined && error.keyword !== 'propertyNames');
}

function explain(error: ErrorObject): Finding {
  const path = pointerParts(error.instancePath);
  const name = nameOf(path);
  const hint = hintOf(error);
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(error.params.additionalProperty);
      return { path: [...path, key], at: 'key', ...unknownKey(key, Object.keys(propertiesOf(error)), path) };
    }
    case 'required': {
      const key = String(error.params.missingProperty);
      const meaning = descriptionOf(propertiesOf(error)[key]) ?? descriptionOf(endProperty(path, key));
      return {
        path,
        at: 'key',
        message: `${capital(inside(path))} has no '${key}'.`,
        hint: meaning ?? `Add '${key}'.`,
      };
    }
    case 'false schema':
      return {
        path,
        at: 'key',
        message: `'${String(path.at(-1))}' does not go with the rest of ${inside(path.slice(0, -1))}.`,
        hint: `Remove '${name}', or choose the kind that uses it.`,
      };
    case 'oneOf':
      return { path, at: 'key', ...noChoice(path, error) };
    case 'propertyNames':
      return {
        path: [...path, String(error.params.propertyName)],
        at: 'key',
        message: `'${shown(error.params.propertyName)}' cannot be a name here.`,
        hint: hintOf({ ...error, parentSchema: schemaOf(error, 'propertyNames') }),
      };
    case 'contains':
      return {
        path,
        at: 'value',
        message: "'manage' lacks 'reservations', which everything else builds on.",
        hint: 'Write for example: manage: [reservations, mask]',
      };
    case 'enum':
      return { path, at: 'value', ...wrongChoice(error, name) };
    case 'type':
      return {
        path,
        at: 'value',
        ...wrongType(error, typeof path.at(-1) === 'number' ? `an entry of '${name}'` : `'${name}'`, hint),
      };
    case 'uniqueItems': {
      const twice = path.concat(Math.max(Number(error.params.i), Number(error.params.j)));
      return {
        path: twice,
        at: 'value',
        message: `'${name}' names the same thing twice.`,
        hint: 'Remove one of the two.',
      };
    }
    case 'minProperties':
    case 'minItems':
    case 'minLength':
      return {
        path,
        at: 'value',
        message: `'${name}' is empty.`,
        hint: hint === '' ? 'Give it a value, or remove it.' : hint,
      };
    case 'pattern':
      if (name === 'interface') return { path, at: 'value', ...interfaceWords(String(error.data)) };
      return { path, at: 'value', message: `'${name}' cannot be ${shown(error.data)}.`, hint };
    default:
      return { path, at: 'value', message: `'${name}' cannot be ${shown(error.data)}.`, hint };
  }
}

/** A branch of `if`/`then` names a key without describing it; the description stands with the key itself. */
function endProperty(path: readonly PathPart[], key: string): unknown {
  const ends: Readonly<Record<string, unknown>> = CONFIG_SCHEMA.properties;
  const end = path.length === 1 ? ends[String(path[0])] : undefined;
  return isRecord(end) && isRecord(end.properties) ? end.properties[key] : undefined;
}

/** Of a file without a source or with several, and of a source whose ways to it were not chosen from. */
function noChoice(path: readonly PathPart[], error: ErrorObject): Words {
  const kind = sourceKind(String(path[0]));
  if (kind !== undefined)
    return { message: `${inside(path)} ${kind.choice ?? 'is none of its kinds.'}`, hint: hintOf(error) };
  const keys = SOURCE_KINDS.map(({ key }) => key);
  const written = keys.filter((key) => isRecord(error.data) && Object.hasOwn(error.data, key));
  const hint = `${SOURCE_KINDS.map((one) => `'${one.key}': ${one.title}`).join('; ')}. ${SOURCE_KINDS[0]?.schema['x-hint'] ?? ''}`;
  if (written.length > 1)
    return {
      message: `The file has ${list(written, 'and')}, and slash32 reads one source.`,
      hint: 'Remove all but one.',
    };
  return { message: `The file has no ${list(keys, 'and no')}: it does not say where the instances are.`, hint };
}

function list(keys: readonly string[], last: string): string {
  const quoted = keys.map((key) => `'${key}'`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} ${last} ${quoted.at(-1)}`;
}

function unknownKey(key: string, known: readonly string[], path: readonly PathPart[]): Words {
  const message = `'${shown(key)}' is not a key of ${inside(path)}.`;
  if (key === '<<') return { message: 'Merge keys (<<) are not read.', hint: 'Write the values out.' };
  const near = suggest(key, known);
  return { message, hint: near === undefined ? `It knows: ${known.join(', ')}.` : `Did you mean '${near}'?` };
}

function wrongChoice(error: ErrorObject, name: string): Words {
  const allowed: readonly unknown[] = Array.isArray(error.params.allowedValues) ? error.params.allowedValues : [];
  const choices = allowed.map(String);
  const near = typeof error.data === 'string' ? suggest(error.data, choices) : undefined;
  return {
    message: `'${name}' cannot be ${shown(error.data)}.`,
    hint:
      near === undefined ? `Write one of: ${choices.join(', ')}.` : `Did you mean '${near}'? (${choices.join(', ')})`,
  };
}

function wrongType(error: ErrorObject, subject: string, hint: string): Words {
  const types = ([] as unknown[]).concat(error.params.type ?? []).map(String);
  const who = capital(subject);
  const message = `${who} must be ${types.map((type) => TYPE_WORDS[type] ?? type).join(' or ')}, not ${kindOf(error.data)}.`;
  if (error.data === null)
    return { message: `${who} has no value.`, hint: hint === '' ? 'Give it one, or remove it.' : hint };
  if (types.includes('boolean')) return { message, hint: 'Write true or false.' };
  if (types.includes('string') && !types.includes('integer') && typeof error.data !== 'object')
    return { message, hint: `Put the value in quotes. ${hint}`.trim() };
  return { message, hint };
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a mapping of keys',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number',
};

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping of keys';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'boolean' ? String(value) : 'a number';
}

/** A value for a message: short, on one line. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line === '' ? 'empty' : line;
}

/** The key that a place belongs to; an entry of a list is named after the list. */
function nameOf(path: readonly PathPart[]): string {
  return String(path.findLast((part) => typeof part === 'string') ?? 'the file');
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function inside(path: readonly PathPart[]): string {
  return path.length === 0 ? 'the file' : `'${path.join('.')}'`;
}

/** RFC 6901. */
function pointerParts(pointer: string): PathPart[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function hintOf(error: Pick<ErrorObject, 'parentSchema'>): string {
  const hint: unknown = error.parentSchema?.['x-hint'];
  return typeof hint === 'string' ? hint : '';
}

function schemaOf(error: ErrorObject, key: string): Record<string, unknown> {
  const schema: unknown = error.parentSchema?.[key];
  return isRecord(schema) ? schema : {};
}

function propertiesOf(error: ErrorObject): Record<string, unknown> {
  return schemaOf(error, 'properties');
}

function descriptionOf(schema: unknown): string | undefined {
  const text = isRecord(schema) ? schema.description : undefined;
  return typeof text === 'string' ? `Add it: ${text.replaceAll('`', "'")}` : undefined;
}
