// Puts one of tools/ together with what it uses of src/ in dist-tools/, and runs it: node scripts/run-tool.js bench|docs [ARGUMENT…]
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = resolve(import.meta.dirname, '..');
/** The files of each tool that a process begins with, the first of them when it is called, and how Node has to be started for it. */
const TOOLS = {
  bench: { entries: ['main', 'once-child', 'simulator-child'], node: ['--expose-gc'] },
  docs: { entries: ['generate'], node: [] },
};

const [name = '', ...args] = process.argv.slice(2);
const tool = TOOLS[name];
if (tool === undefined) throw new Error(`node scripts/run-tool.js ${Object.keys(TOOLS).join('|')}`);
const made = join(ROOT, 'dist-tools', name);
await build();
const program = join(made, `${tool.entries[0]}.js`);
process.exitCode =
  spawnSync(process.execPath, ['--enable-source-maps', ...tool.node, program, ...args], { stdio: 'inherit' }).status ??
  1;

/** As deep below the root as their sources are, so that both find the files of the repository by the same way. */
async function build() {
  const bundle = await rolldown({
    input: tool.entries.map((entry) => join(ROOT, 'tools', name, `${entry}.ts`)),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  });
  await bundle.write({ dir: made, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', sourcemap: true });
  await bundle.close();
}
