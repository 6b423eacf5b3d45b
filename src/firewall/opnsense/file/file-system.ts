import { open, readdir, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';

/** What the file target does with files, so that tests can make any step fail. */
export interface FileSystem {
  readonly readFile: (path: string) => Promise<Buffer>;
  readonly realpath: (path: string) => Promise<string>;
  readonly stat: (path: string) => Promise<FileFacts>;
  readonly readdir: (path: string) => Promise<readonly string[]>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly unlink: (path: string) => Promise<void>;
  /** Makes a file that must not exist yet (EEXIST otherwise), with these bytes safe on the disk, or nothing at all. */
  readonly createDurable: (path: string, bytes: Buffer, owner: FileOwner | undefined) => Promise<void>;
  /** Makes a rename in a directory safe on the disk. */
  readonly syncDirectory: (path: string) => Promise<void>;
}

/** Who may do what with a file. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** What is known of a file without reading it. */
export interface FileFacts extends FileOwner {
  readonly isFile: boolean;
  readonly modifiedAt: Date;
}

const PRIVATE = 0o600;
const MODE_BITS = 0o7777;

/** The real file system. */
export function nodeFileSystem(): FileSystem {
  return {
    readFile: (path) => readFile(path),
    realpath: (path) => realpath(path),
    stat: async (path) => {
      const facts = await stat(path);
      return {
        uid: facts.uid,
        gid: facts.gid,
        mode: facts.mode & MODE_BITS,
        isFile: facts.isFile(),
        modifiedAt: facts.mtime,
      };
    },
    readdir: (path) => readdir(path),
    rename,
    unlink,
    createDurable,
    syncDirectory,
  };
}

/**
 * Owner and mode are set before the first byte is written, so that nobody can read it who could not read the original. A
 * file that could not be finished is taken away again.
 */
async function createDurable(path: string, bytes: Buffer, owner: FileOwner | undefined): Promise<void> {
  const handle = await open(path, 'wx', PRIVATE);
  let finished = false;
  try {
    if (owner !== undefined) {
      const own = await handle.stat();
      if (own.uid !== owner.uid || own.gid !== owner.gid) await handle.chown(owner.uid, owner.gid);
      await handle.chmod(owner.mode);
    }
    await handle.writeFile(bytes);
    await handle.sync();
    finished = true;
  } finally {
    await handle.close();
    if (!finished) await unlink(path).catch(() => undefined);
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
