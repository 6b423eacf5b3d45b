import { readFile } from 'node:fs/promises';
import { Slash32Error } from '../../../errors/slash32-error.js';

/** Reads the authorities that `ca_file` names. `S32_OPNSENSE_CA` names the file when it cannot be read or has no certificate. */
export async function readAuthority(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new Slash32Error('S32_OPNSENSE_CA', { message: `${file} cannot be read (${reason}).`, where: file });
  }
  if (/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(text)) return text;
  throw new Slash32Error('S32_OPNSENSE_CA', { message: `${file} holds no certificate in PEM form.`, where: file });
}
