import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Slash32Error } from '../../errors/slash32-error.js';
import { packageFile } from '../package-file.js';

/** The package of the plugin that came with this installation. */
export interface PluginPackage {
  /** `os-slash32-1.4.pkg` */
  readonly name: string;
  readonly path: string;
  readonly version: string;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Finds it and holds it to its sum. Throws `S32_PLUGIN_PACKAGE`. */
export function findPluginPackage(folder = packageFile('dist/plugin')): PluginPackage {
  const names = existsSync(folder) ? readdirSync(folder).filter((one) => /^os-slash32-[\w.]+\.pkg$/.test(one)) : [];
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw new Slash32Error('S32_PLUGIN_PACKAGE', {
      message:
        name === undefined
          ? 'This installation has no package of the plugin.'
          : `There is more than one package of the plugin: ${names.join(', ')}.`,
      where: folder,
    });
  const path = join(folder, name);
  const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
  const noted = existsSync(`${path}.sha256`) ? readFileSync(`${path}.sha256`, 'utf8').split(' ')[0] : undefined;
  if (noted !== sha256)
    throw new Slash32Error('S32_PLUGIN_PACKAGE', {
      message: `The package has another SHA-256 (${sha256}) than when it was built (${noted ?? 'no sum is there'}).`,
      where: path,
    });
  return { name, path, version: name.slice('os-slash32-'.length, -'.pkg'.length), sha256 };
}
