import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { childOf, copyOf, ensureChild, node, parseConfig, type SimNode, textAt } from './node.js';
import { serialize } from './serialize.js';

/** Who saves, as `<revision>` records it. */
export interface Revision {
  readonly username: string;
  readonly description: string;
}

/** One entry of the configuration history. */
export interface Backup extends Revision {
  readonly id: string;
  readonly time: string;
  readonly filesize: number;
}

/** The simulated firewall's /conf: a config.xml that is written in place, and a copy of it for each save. */
export interface ConfigDisk {
  /** Path of config.xml. */
  readonly path: string;
  /** The configuration, to be changed and saved. */
  read(): SimNode;
  /** The configuration, only to be looked at; parsed once for each save. */
  view(): SimNode;
  readText(): string;
  /** Writes the configuration; without a backup it does as the few OPNsense pages that make none. */
  save(root: SimNode, revision: Revision, options?: { readonly backup?: boolean }): string;
  /** Newest first, as `core/backup/backups/this` sorts. */
  backups(): Backup[];
  /** Text of a backup; undefined when there is none of that name. */
  backup(id: string): string | undefined;
  removeBackup(id: string): boolean;
  /** Runs an action right after the `count`-th save from now. */
  onSaves(count: number, action: () => void): void;
  /** Sets the clock so many seconds forward, or back. */
  setClock(seconds: number): void;
}

const KEPT_BACKUPS = 100;

/** Opens or makes the folder; `text` becomes the first configuration, with its backup, unless one is there already. */
export function openDisk(folder: string, text: string): ConfigDisk {
  const path = join(folder, 'config.xml');
  const history = join(folder, 'backup');
  mkdirSync(history, { recursive: true });
  const awaited: { left: number; readonly action: () => void }[] = [];
  let viewed: { readonly text: string; readonly root: SimNode } | undefined;
  let last = 0;
  let offset = 0;
  const disk: ConfigDisk = {
    path,
    readText: () => readFileSync(path, 'utf8'),
    read: () => copyOf(disk.view()),
    view() {
      const now = disk.readText();
      if (viewed?.text !== now) viewed = { text: now, root: parseConfig(now) };
      return viewed.root;
    },
    save(root, revision, options = {}) {
      const moment = nextMoment();
      record(root, revision, moment);
      const written = serialize(root);
      writeInPlace(path, written);
      viewed = { text: written, root: copyOf(root) };
      const id = `config-${microtime(moment)}.xml`;
      if (options.backup !== false) {
        writeFileSync(join(history, id), written, { mode: 0o640 });
        prune(Number(textAt(childOf(root, 'system'), 'backupcount') || KEPT_BACKUPS));
      }
      saved();
      return id;
    },
    setClock(seconds) {
      offset = seconds * 10_000;
      last = 0;
    },
    onSaves: (count, action) => void awaited.push({ left: count, action }),
    backups: () =>
      names()
        .flatMap((id) => describe(id))
        .sort((left, right) => Number(right.time) - Number(left.time) || byName(right.id, left.id)),
    backup: (id) => (names().includes(id) ? readFileSync(join(history, id), 'utf8') : undefined),
    removeBackup(id) {
      if (!names().includes(id)) return false;
      rmSync(join(history, id));
      return true;
    },
  };
  if (!exists(path)) {
    writeFileSync(path, text, { mode: 0o640 });
    disk.save(disk.read(), { username: '(root)', description: 'Initial configuration' });
  }
  return disk;

  function saved(): void {
    for (const each of [...awaited]) {
      each.left -= 1;
      if (each.left === 0) each.action();
    }
  }

  function names(): string[] {
    return readdirSync(history).filter((name) => /^config-.*\.xml$/.test(name));
  }

  function describe(id: string): Backup[] {
    const file = join(history, id);
    const head = /<revision>([\s\S]*?)<\/revision>/.exec(readFileSync(file, 'utf8'))?.[0];
    if (head === undefined) return [];
    const revision = parseConfig(head);
    return [
      {
        id,
        time: textAt(revision, 'time'),
        username: textAt(revision, 'username'),
        description: textAt(revision, 'description'),
        filesize: statSync(file).size,
      },
    ];
  }

  function prune(count: number): void {
    for (const id of names().sort(byName).reverse().slice(count)) rmSync(join(history, id));
  }

  /** Tenths of a millisecond since 1970, never the same twice. */
  function nextMoment(): number {
    last = Math.max(Math.round((performance.timeOrigin + performance.now()) * 10) + offset, last + 1);
    return last;
  }
}

function byName(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** PHP prints a float without trailing zeros. */
function microtime(moment: number): string {
  return String(moment / 10_000);
}

function record(root: SimNode, revision: Revision, moment: number): void {
  const target = ensureChild(root, 'revision');
  target.children = [
    node('username', revision.username),
    node('description', revision.description),
    node('time', (moment / 10_000).toFixed(2)),
  ];
}

/** OPNsense never renames: it truncates and writes the file that is there (docs/facts.md, "OPNsense: config.xml"). */
function writeInPlace(path: string, text: string): void {
  const handle = openSync(path, 'r+');
  try {
    ftruncateSync(handle, 0);
    writeSync(handle, text, 0, 'utf8');
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
