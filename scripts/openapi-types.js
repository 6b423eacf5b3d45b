// Writes the types of src/http/generated/ and openapi/slash32.json from openapi/slash32.yaml (npm run openapi); --check fails when they are stale.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { compile } from 'json-schema-to-typescript';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'src/http/generated');
const BANNER = '// Written by npm run openapi from openapi/slash32.yaml: change that, and not this.\n';

const document = parse(await readFile(join(ROOT, 'openapi/slash32.yaml'), 'utf8'));
const { schemas } = document.components;
const files = {
  ...divided(await generate(schemas), schemas),
  '../../../openapi/slash32.json': `${JSON.stringify(document, undefined, 1)}\n`,
};
await mkdir(FOLDER, { recursive: true });
for (const [name, text] of Object.entries(files)) {
  const path = join(FOLDER, name);
  if (!process.argv.includes('--check')) await writeFile(path, text);
  else if (text !== (await readFile(path, 'utf8').catch(() => ''))) {
    console.error(`${relative(ROOT, path)} is not what openapi/slash32.yaml says: npm run openapi`);
    process.exitCode = 1;
  }
}

/** What other schemas are made of goes into parts.ts, what is sent and answered as a whole into messages.ts. */
function divided(text, schemas) {
  const used = new Set(
    [...JSON.stringify(schemas).matchAll(/#\/components\/schemas\/(\w+)/g)].map((match) => match[1]),
  );
  const blocks = text.split(/^(?=\/\*\*)/m).map((block) => `${block.trim()}\n`);
  const nameOf = (block) => /^export (?:interface|type) (\w+)/m.exec(block)?.[1];
  const parts = blocks.filter((block) => used.has(nameOf(block)));
  const messages = blocks.filter((block) => !used.has(nameOf(block)));
  const names = parts.map(nameOf).filter((name) => new RegExp(`\\b${name}\\b`).test(messages.map(typesOf).join('')));
  return {
    'parts.ts': [BANNER, ...parts].join('\n'),
    'messages.ts': [
      BANNER,
      `import type {\n${names
        .sort()
        .map((name) => `  ${name},\n`)
        .join('')}} from './parts.js';\n\nexport type * from './parts.js';\n`,
      ...messages,
    ].join('\n'),
  };
}

/** A block without its comments and its own name, so that only the types in it are left. */
function typesOf(block) {
  return block.replaceAll(/\/\*\*[\s\S]*?\*\//g, '').replace(/^export interface \w+/m, '');
}

/** The schemas of the contract as TypeScript, each under its own name. */
async function generate(schemas) {
  const $defs = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, prepared(schema)]));
  const text = await compile({ $defs }, 'Contract', {
    additionalProperties: false,
    bannerComment: '',
    // A list with bounds is a list, and not a tuple for each length.
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 120, trailingComma: 'all' },
  });
  return readOnly(withoutOrigins(text));
}

/**
 * A schema as the compiler wants it: references go to `$defs`, what is not required may be there and undefined, and what no
 * person reads is left out.
 */
function prepared(schema) {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map(prepared);
  const { $ref, properties, default: _default, examples: _examples, ...rest } = schema;
  if (typeof $ref === 'string') return { $ref: $ref.replace('#/components/schemas/', '#/$defs/') };
  const ready = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, prepared(value)]));
  if (properties === undefined) return ready;
  const required = new Set(rest.required ?? []);
  const members = Object.entries(properties).map(([name, member]) => [
    name,
    required.has(name)
      ? prepared(member)
      : { anyOf: [prepared(member), { tsType: 'undefined' }], ...described(member) },
  ]);
  return { ...ready, properties: Object.fromEntries(members) };
}

function described({ description }) {
  return description === undefined ? {} : { description };
}

/** The comments without what the compiler says of itself, each on one line where it has one. */
function withoutOrigins(text) {
  return text
    .replaceAll(/(?:^ \*\n)?^ \* This interface was referenced by .*\n \* via the `definition` .*\n/gm, '')
    .replaceAll(/^\/\*\*\n \*\/\n/gm, '')
    .replace(/^export interface Contract \{[^}]*\}\n/m, '')
    .replaceAll(/^( *)\/\*\*\n *\* (.*)\n *\*\/$/gm, '$1/** $2 */');
}

/** What is answered and asked is never changed. */
function readOnly(text) {
  return text
    .replaceAll(/^( +)((?:\w+|'[^']+')\??: |\[k: string\]: )/gm, '$1readonly $2')
    .replaceAll(/(: | \| )((?:\w+|\([^()]*\))\[\])/g, '$1readonly $2')
    .replaceAll(/(: | \| )(\{[^{}]*\}\[\])/g, '$1readonly $2');
}
