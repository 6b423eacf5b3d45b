import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NAMES = { 'pre-install': 'PRE_INSTALL', 'post-install': 'POST_INSTALL' };
const REMOVAL = { 'pre-deinstall': 'PRE_DEINSTALL', 'post-deinstall': 'POST_DEINSTALL' };

/**
 * The package's scripts: what a plugin of this shape needs so that OPNsense takes notice of it, between the plugin's own
 * `+NAME.pre` and `+NAME.post`. Each step first looks whether its program is there, since a package can also be put into
 * an image that does not run yet.
 *
 * @param {string} folder the plugin's folder
 * @returns {Record<string, string>} text by pkg's name of the script; scripts with nothing to do are left out
 */
export function createScripts(folder) {
  const scripts = {};
  for (const [key, name] of Object.entries({ ...NAMES, ...REMOVAL })) {
    const text = readPart(folder, `+${name}.pre`) + createSteps(folder, name) + readPart(folder, `+${name}.post`);
    if (text !== '') scripts[key] = text;
  }
  return scripts;
}

function createSteps(folder, name) {
  const mvc = join(folder, 'src/opnsense/mvc/app/models');
  const steps = [];
  if (name === 'POST_INSTALL' && existsSync(join(folder, 'src/opnsense/service/conf/actions.d'))) {
    steps.push(ifThere('/usr/local/etc/rc.d/configd', 'restart'));
  }
  if (name === 'POST_INSTALL') {
    for (const model of listModules(mvc)) {
      steps.push(ifThere('/usr/local/opnsense/mvc/script/run_migrations.php', model));
    }
  }
  if (name.startsWith('POST_') && existsSync(mvc)) steps.push(ifThere('/usr/local/etc/rc.configure_plugins', name));
  if (name === 'POST_INSTALL') {
    for (const template of listModules(join(folder, 'src/opnsense/service/templates'))) {
      steps.push(ifThere('/usr/local/sbin/configctl', `template reload ${template}`));
    }
  }
  return steps.join('');
}

function ifThere(program, argument) {
  return `if [ -x ${program} ]; then ${program} ${argument}; fi\n`;
}

/** Folders two levels down: Vendor/Module. */
function listModules(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((vendor) => readdirSync(join(folder, vendor)).map((module) => `${vendor}/${module}`))
    .sort();
}

function readPart(folder, name) {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
