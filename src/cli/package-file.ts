import { fileURLToPath } from 'node:url';

/** The path of a file that comes with the program. The built program lies in `dist/cli/`, as deep below the root as this file. */
export function packageFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
