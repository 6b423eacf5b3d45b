// Compiles the schemas of src/ when the program is built, so that no process has to do it again (src/schema/validator.ts).
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { minifySync } from 'rolldown/utils';
import { importBundle } from './import-bundle.js';

const require = createRequire(import.meta.url);
const MARK = '\0schema:';
const VALIDATOR = 'schema/validator.js';
/** How a module asks for its schema: `validatorOf<Type>('name', …`. */
const CALL = /\bvalidatorOf(?:<[^()]*>)?\(\s*'([\w-]+)'/g;
/** Takes the place of validator.ts while the schemas are looked for: it keeps what it is given. */
const COLLECTOR = `
export const found = [];
export function validatorOf(name, schema, options) {
  found.push({ name, schema, options });
}
`;

/**
 * A plugin for the bundler: each `validatorOf('name', …)` gets the compiled function instead of the name.
 * @param {string} root of the repository
 */
export async function compiledSchemas(root) {
  const asking = askingFiles(root);
  const found = await schemasOf(root, asking);
  assertAllAreCalledFor(asking, found);
  const codes = new Map(found.map((one) => [`${MARK}${one.name}`, compiledText(one)]));
  return {
    name: 'compiled-schemas',
    resolveId(id, importer) {
      if (codes.has(id)) return id;
      if (importer?.startsWith(MARK)) return require.resolve(id);
      return id.endsWith(`/${VALIDATOR}`) ? join(root, 'src/schema/prepared.ts') : undefined;
    },
    load: (id) => codes.get(id),
    transform(code, id) {
      if (!asking.includes(id)) return undefined;
      // no line moves, so the map of the lines stays
      const given = code.replaceAll(
        CALL,
        (_, name) => `validatorOf(() => require(${JSON.stringify(`${MARK}${name}`)})`,
      );
      return { code: given, map: null };
    },
  };
}

/** The files that have schemas. */
export function askingFiles(root) {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.startsWith('schema/'))
    .map((path) => join(root, 'src', path))
    .filter((path) => readFileSync(path, 'utf8').includes(VALIDATOR));
}

/** Every schema has a name of its own, and stands where the bundler finds it. */
function assertAllAreCalledFor(files, found) {
  const called = files.flatMap((path) => [...readFileSync(path, 'utf8').matchAll(CALL)].map((match) => match[1]));
  const names = found.map(({ name }) => name);
  if (new Set(names).size < names.length || called.toSorted().join() !== names.toSorted().join())
    throw new Error(`validatorOf is called for ${called.toSorted()}, and made ${names.toSorted()}`);
}

/** A compiled schema as a CommonJS module. */
export function compiledText({ name, schema, options }) {
  const ajv = new Ajv2020({ ...options, validateSchema: false, code: { source: true } });
  try {
    return minifySync(`${name}.cjs`, standalone(ajv, ajv.compile(schema)), { module: false }).code;
  } catch (error) {
    throw new Error(`the schema "${name}" cannot be written down: ${error.message}`);
  }
}

/** Their names, schemas and options: runs those files, and nothing that they would do when asked. */
export async function schemasOf(root, files) {
  const entry = `${MARK}entry`;
  const collector = `${MARK}collector`;
  const imports = files.map((path) => `import ${JSON.stringify(path)};`).join('\n');
  const { found } = await importBundle(root, entry, [
    {
      name: 'collect',
      resolveId(id) {
        if (id === entry) return id;
        return id.endsWith(`/${VALIDATOR}`) ? collector : undefined;
      },
      load(id) {
        if (id === entry) return `${imports}\nexport { found } from './${VALIDATOR}';`;
        return id === collector ? COLLECTOR : undefined;
      },
    },
  ]);
  return found;
}
