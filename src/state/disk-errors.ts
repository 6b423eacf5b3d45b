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
