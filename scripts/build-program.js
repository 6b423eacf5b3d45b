// Puts the program together: src/ and the packages that it needs as a few files that start fast, with maps back to the sources.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { compiledSchemas } from './compiled-schemas.js';
import { packagesOf, thirdPartyNotice } from './third-party.js';

/** What nearly every command loads, each with all that it imports, as one file: many small ones are a slow start. */
const TOGETHER = [
  { name: 'base', test: /\/src\/cli\/main\.ts$/, priority: 4 },
  { name: 'command-line', test: /\/src\/cli\/command-line\.ts$/, priority: 3 },
  { name: 'config', test: /\/src\/config\/load\.ts$/, priority: 2 },
  { name: 'session', test: /\/src\/cli\/session\.ts$/, priority: 1 },
];

/**
 * Writes `FOLDER/cli/main.js`, what it loads beside it, and whose code that is. Every file of the program lies in `cli/`, two folders
 * below the root, where those of src/ that look for files of the package lie as well.
 * @param {string} root of the repository
 * @param {string} folder that is made
 */
export async function buildProgram(root, folder) {
  const cli = join(folder, 'cli');
  const bundle = await rolldown({
    input: { main: join(root, 'src/cli/main.ts') },
    cwd: root,
    platform: 'node',
    treeshake: { moduleSideEffects: [{ test: /\/src\/[^\0]*\.ts$/, sideEffects: false }] },
    plugins: [await compiledSchemas(root)],
  });
  const { output } = await bundle.write({
    dir: cli,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: { jsdoc: false },
    // without blanks a third less to read; names stay, for whoever looks inside
    minify: { mangle: false, compress: false },
    codeSplitting: { groups: TOGETHER },
    sourcemap: true,
    sourcemapExcludeSources: true,
  });
  await bundle.close();
  const packages = packagesOf(
    root,
    output.flatMap((one) => one.moduleIds ?? []),
  );
  writeFileSync(
    join(folder, 'third-party.json'),
    `${JSON.stringify(
      packages.map(({ path, name, version }) => ({ path, name, version })),
      null,
      2,
    )}\n`,
  );
  writeFileSync(join(folder, 'THIRD-PARTY.txt'), thirdPartyNotice(packages));
}
