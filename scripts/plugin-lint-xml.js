// Lint rules on OPNsense's XML: models, and that menu, access control and dashboard fit each other.
import { basename } from 'node:path';
import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  trimValues: false,
});
const MODEL = /^src\/opnsense\/mvc\/app\/models\/[^/]+\/[^/]+\/[^/]+\.xml$/;

/**
 * @param {import('./plugin-lint-text.js').Source[]} sources well-formed ones only
 * @returns {import('./plugin-lint-text.js').Fault[]}
 */
export function lintXml(sources) {
  const models = sources.filter(({ path }) => MODEL.test(path)).flatMap(lintModel);
  return [...models, ...lintAccess(sources)];
}

function lintModel({ path, text }) {
  const faults = [];
  const add = (rule, message) => faults.push({ path, rule, message });
  const { model } = parser.parse(text);
  if (typeof model?.description !== 'string' || /\n/.test(model.description)) {
    add('model-description', 'needs a <description> on one line');
  }
  walk(model?.items, (name, field) => lintField(name, field, add));
  return faults;
}

/** Calls `visit` for every element that is a field, at any depth. */
function walk(node, visit) {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'object' && one !== null && '@type' in one) visit(name, one);
      walk(one, visit);
    }
  }
}

function lintField(name, field, add) {
  const message = field.ValidationMessage;
  if (message !== undefined && !/\.$/.test(message))
    add('model-message-dot', `${name}: the message must end with a dot`);
  if (message !== undefined && !/^\p{Lu}/u.test(message)) {
    add('model-message-capital', `${name}: the message must start with a capital letter`);
  }
  if (field['@type'] !== 'ArrayField') lintDefaults(name, field, add);
  if (field['@type'] === 'CSVListField' && field.Mask === undefined)
    add('model-mask', `${name}: a list needs a <Mask>`);
  for (const [key, option] of Object.entries(field.OptionValues ?? {})) {
    const label = typeof option === 'object' ? option['#text'] : option;
    if ((option?.['@value'] ?? key) === label) add('model-option', `${name}: option ${key} has its key as its label`);
  }
}

function lintDefaults(name, field, add) {
  if (field.Default !== undefined && field.Required !== 'Y') {
    add('model-default', `${name}: a <Default> needs <Required>Y</Required>`);
  }
  if (field.Default === '') add('model-empty-default', `${name}: has an empty <Default>`);
  if (field.Required === 'N') add('model-required-n', `${name}: <Required>N</Required> is how it is anyway`);
  if (field.Multiple === 'N') add('model-multiple-n', `${name}: <Multiple>N</Multiple> is how it is anyway`);
  if (
    field.BlankDesc !== undefined &&
    (field.Required === 'Y' || field.Multiple === 'Y' || field.BlankDesc === 'None')
  ) {
    add('model-blank', `${name}: <BlankDesc> says nothing here`);
  }
}

/** Every page of the menu and every endpoint of a widget needs a privilege that opens it. */
function lintAccess(sources) {
  const patterns = sources
    .filter(({ path }) => path.endsWith('/ACL/ACL.xml'))
    .flatMap(({ text }) => [...text.matchAll(/<pattern>([^<]*)<\/pattern>/g)].map(([, pattern]) => pattern));
  const isOpen = (url) => patterns.some((pattern) => covers(pattern, url.replace(/^\//, '').replace(/#.*$/, '')));
  const menus = sources
    .filter(({ path }) => path.endsWith('/Menu/Menu.xml'))
    .flatMap(({ path, text }) => [...text.matchAll(/\burl="([^"]*)"/g)].map(([, url]) => ({ path, url })))
    .filter(({ url }) => !isOpen(url))
    .map(({ path, url }) => ({ path, rule: 'menu-access', message: `no privilege of the plugin opens ${url}` }));
  const widgets = sources.filter(({ path }) => /\/widgets\/[^/]+\.js$/.test(path));
  return [...menus, ...widgets.flatMap((widget) => lintWidget(widget, sources, isOpen))];
}

function lintWidget({ path, text }, sources, isOpen) {
  const asked = new Set([...text.matchAll(/this\.ajaxCall\(\s*[`'"]([^`'"$]*)/g)].map(([, url]) => `${url}*`));
  const metadata = sources.find((one) => one.text.includes(`<filename>${basename(path)}</filename>`));
  const said = [...(metadata?.text ?? '').matchAll(/<endpoint>([^<]*)<\/endpoint>/g)].map(([, url]) => url);
  if (asked.size === 0 || [...asked].sort().join() !== said.sort().join()) {
    const message = `asks ${[...asked].join(', ') || 'nothing'}, but its metadata names ${said.join(', ') || 'nothing'}`;
    return [{ path, rule: 'widget-endpoints', message }];
  }
  return said
    .filter((url) => !isOpen(url))
    .map((url) => ({ path, rule: 'widget-access', message: `no privilege of the plugin opens ${url}` }));
}

function covers(pattern, url) {
  return pattern.endsWith('*') ? url.startsWith(pattern.slice(0, -1)) : pattern === url;
}
