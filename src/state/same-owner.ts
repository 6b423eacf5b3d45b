import { chmod, chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AtomicSteps, DISK_STEPS } from './atomic-file.js';

/**
 * Steps of an atomic write whose new file belongs to whom the old one belonged, or else its folder: what the superuser writes
 * by hand must stay readable for the service, which runs as another user. `mode` of the write holds whatever the umask is.
 */
export function stepsForOwnerOf(path: string, steps: AtomicSteps = DISK_STEPS): AtomicSteps {
  return {
    async writeNew(temporary, text, mode) {
      await steps.writeNew(temporary, text, mode);
      await chmod(temporary, mode);
      await giveToOwnerOf(path, temporary);
    },
    replace: steps.replace,
  };
}

/**
 * Gives a file to whom `path` belongs, or else its folder, where the superuser made it. A file system that knows no owners shows
 * every file as everybody's, so a refusal is no failure.
 */
export async function giveToOwnerOf(path: string, file: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(path).catch(() => stat(dirname(path)));
  await chown(file, uid, gid).catch(() => undefined);
}
