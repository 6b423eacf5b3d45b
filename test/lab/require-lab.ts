import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps system programs in directories that the PATH of a plain user may lack. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Why a lab test cannot run on this machine: not root, or a command of `needs` is not installed. Undefined when it can.
 * Under `SLASH32_REQUIRE_LAB=1` nothing may be skipped, so it throws that reason instead.
 */
export function labSkipReason(needs: string[]): string | undefined {
  const reason = findReason(needs);
  if (reason === undefined) return undefined;
  return refuseSkip(reason);
}

/** The same for a test that needs nothing but commands: no root, no namespaces. */
export function commandSkipReason(needs: readonly string[]): string | undefined {
  const reason = missingCommands(needs);
  return reason === undefined ? undefined : refuseSkip(reason);
}

/** Gives `reason` back for a skip, or throws it under `SLASH32_REQUIRE_LAB=1`. For obstacles found later than the start. */
export function refuseSkip(reason: string): string {
  if (process.env.SLASH32_REQUIRE_LAB === '1') throw new Error(`SLASH32_REQUIRE_LAB=1, but ${reason}`);
  return reason;
}

function findReason(needs: readonly string[]): string | undefined {
  if (process.platform !== 'linux') return `the lab needs Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'the lab needs root for its network namespaces';
  return missingCommands(needs);
}

function missingCommands(needs: readonly string[]): string | undefined {
  const missing = needs.filter((command) => !isInstalled(command));
  return missing.length > 0 ? `these commands are not installed: ${missing.join(', ')}` : undefined;
}

function isInstalled(command: string): boolean {
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_DIRECTORIES];
  return directories.some((directory) => directory !== '' && isExecutable(join(directory, command)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
