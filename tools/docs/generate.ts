import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GENERATED_FILES } from './files.js';

/** Writes every generated page below the root of the package. Run by `npm run docs`. */
export function generateDocs(root: string): readonly string[] {
  return GENERATED_FILES.map((file) => {
    const path = join(root, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.render());
    return file.path;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  for (const path of generateDocs(root)) process.stdout.write(`wrote ${path}\n`);
}
