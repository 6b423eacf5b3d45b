/** The `code` of an error of the operating system (`ENOSPC`), or an empty text. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What an error of the file system means, half a sentence for people. */
export function systemReason(error: unknown): string {
  const code = errorCode(error);
  return REASONS[code] ?? (code === '' ? 'of an unknown reason' : `the system says ${code}`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's share of the disk is used up",
  EFBIG: 'the file would be larger than allowed',
  EROFS: 'the disk is mounted read-only',
  EACCES: 'this user has no right to',
  EPERM: 'this user has no right to',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'it lies under something that is not a folder',
  EISDIR: 'there is a folder of that name',
  EIO: 'the disk reports an error',
  NOT_PLAIN: 'it is a pipe, a socket or a device, and no plain file',
  STRANGERS_LINK: 'it is a link that another user made',
  ENAMETOOLONG: 'the name is too long',
  ENOTEMPTY: 'the folder is not empty',
  EMFILE: 'too many files are open',
  ETXTBSY: 'it is being run',
  ERR_INVALID_ARG_VALUE: 'no name of a file holds a NUL',
  ELOOP: 'it is a link in a circle',
};

/**
 * What to do about an error of the file system, by its cause; undefined where the catalogue's remedy says it as well. The
 * service mostly has a user of its own, so who meets a missing right is mostly another one.
 */
export function systemHint(error: unknown): string | undefined {
  return HINTS[errorCode(error)];
}

const RIGHTS =
  'Run the command as the user that owns the files of slash32 (the service has one of its own; root may always), or correct the owner and the permissions of the file and its folder.';
const ROOM = 'Make room on that disk, then run the command again.';
const PLACE = 'Make the folder, or correct the path.';
const PLAIN = 'Take it away, or name another file: slash32 reads and writes plain files only.';

const HINTS: Readonly<Record<string, string>> = {
  EACCES: RIGHTS,
  EPERM: RIGHTS,
  ENOSPC: ROOM,
  EDQUOT: ROOM,
  EROFS: 'Mount that disk for writing, or name a file on another one.',
  ENOENT: PLACE,
  ENOTDIR: PLACE,
  EISDIR: 'Name a file: there is a folder of that name.',
  ENAMETOOLONG: 'Give it a shorter name.',
  NOT_PLAIN: PLAIN,
  STRANGERS_LINK: PLAIN,
  ELOOP: PLAIN,
  EIO: 'Look at the disk (dmesg), before anything else.',
};

/** {@link systemHint} as a part of what an error says; the catalogue's remedy stands where there is none. */
export function hinted(error: unknown): { readonly hint?: string } {
  const hint = systemHint(error);
  return hint === undefined ? {} : { hint };
}
