// Lint rules on the plugin as a whole: what the plugins tree needs to build it, and configd to run it.

const TYPES = ['script', 'script_output', 'stream_output', 'inline'];

/**
 * @param {import('./plugin-lint-text.js').Source[]} sources
 * @param {Record<string, string>} make the Makefile's variables
 * @returns {import('./plugin-lint-text.js').Fault[]}
 */
export function lintTree(sources, make) {
  const actions = sources.filter(({ path }) => /\/actions\.d\/[^/]+$/.test(path));
  return [
    ...lintMakefile(sources, make),
    ...lintDescription(sources, make),
    ...actions.flatMap((one) => lintActions(one, sources)),
  ];
}

function lintMakefile(sources, make) {
  const path = 'Makefile';
  const missing = ['NAME', 'VERSION', 'COMMENT', 'MAINTAINER', 'LICENSE'].filter((name) => !make[name]);
  const faults = missing.map((name) => ({ path, rule: 'makefile', message: `PLUGIN_${name} is not set` }));
  const text = sources.find((source) => source.path === path)?.text ?? '';
  if (!text.endsWith('.include "../../Mk/plugins.mk"\n')) {
    faults.push({ path, rule: 'makefile', message: 'must end by including ../../Mk/plugins.mk' });
  }
  return faults;
}

function lintDescription(sources, make) {
  const path = 'pkg-descr';
  const text = sources.find((source) => source.path === path)?.text;
  if (text === undefined) return [{ path, rule: 'pkg-descr', message: 'is missing' }];
  const [, changelog] = text.split(/^Plugin Changelog\n=+\n/m);
  if (changelog === undefined) return [{ path, rule: 'changelog', message: 'must end with a "Plugin Changelog"' }];
  if (/^(\d[\w.]*)$/m.exec(changelog)?.[1] === make.VERSION) return [];
  return [{ path, rule: 'changelog', message: `must have version ${make.VERSION} as its newest` }];
}

function lintActions({ path, text }, sources) {
  const sections = text.split(/^\[/m).slice(1);
  return sections.flatMap((section) => {
    const name = section.slice(0, section.indexOf(']'));
    const fields = Object.fromEntries(
      [...section.matchAll(/^(\w+):(.*)$/gm)].map(([, key, value]) => [key, value.trim()]),
    );
    const faults = [];
    const add = (message) => faults.push({ path, rule: 'action', message: `[${name}] ${message}` });
    for (const key of ['command', 'type', 'message']) if (!fields[key]) add(`has no ${key}`);
    if (fields.type && !TYPES.includes(fields.type)) add(`is of the type ${fields.type}, which configd does not know`);
    const own = /^\/usr\/local\/(\S+)/.exec(fields.command ?? '')?.[1];
    if (own !== undefined && !sources.some((one) => one.path === `src/${own}`)) add(`runs ${own}, which is not there`);
    return faults;
  });
}
