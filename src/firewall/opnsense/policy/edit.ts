import type { Places } from '../../../model/firewall.js';
import type { PolicyChange } from '../../../model/policy-entries.js';
import { textOf, type XmlElement } from '../../../xml/element.js';
import { type Edit, inOrder, splice } from '../../../xml/splice.js';
import { cannotEdit } from '../isc/cannot-edit.js';
import type { NewElement } from '../isc/slots.js';
import { aliasFields } from './alias-fields.js';
import { unusedCategory } from './category.js';
import { type Additions, placeAdditions } from './containers.js';
import { newElement, updateElement } from './nodes.js';
import { CATEGORY, POLICY_PATHS, policyElements } from './read.js';
import { redirectFields } from './redirect-fields.js';
import { RESET_FIELDS, ruleFields } from './rule-fields.js';
import { stampEdits } from './stamp.js';

/** What editing needs from outside. */
export interface PolicyEditDeps {
  /** A new name for an entry: a lower-case uuid of version 4. */
  readonly uuid: () => string;
  /** Unix time with hundredths, for the stamp by which OPNsense knows that a model has changed: `1795319510.53`. */
  readonly stamp: () => string;
  /** What a place looked like that becomes empty. */
  readonly places?: Places;
}

/**
 * The source of a config.xml with `changes` made in its aliases, rules and redirects. Every byte outside the changed entries stays as
 * it is, but for the stamp of a changed model; what is missing is made in the layout around it, and our category goes with the
 * last entry that is in it. `root` must be the parse of
 * `source`. Throws `S32_CONFIG_XML_EDIT` when an entry is not as the plan saw it, and a RangeError for a rule without an
 * interface, which would hold on every one. Pure.
 */
export function editPolicy(
  source: string,
  root: XmlElement,
  changes: readonly PolicyChange[],
  deps: PolicyEditDeps,
): string {
  if (changes.length === 0) return source;
  const edits: Edit[] = [];
  const additions: Additions[] = [];
  const gone = new Set<XmlElement>();
  const category = ourCategory(root, changes, deps, additions);
  for (const kind of ['alias', 'rule', 'redirect'] as const) {
    const own = changes.filter((change) => change.kind === kind);
    if (own.length === 0) continue;
    const elements = policyElements(root, kind);
    const made: NewElement[] = [];
    for (const change of own) {
      const element = change.before === undefined ? undefined : find(source, elements, change);
      const fields = change.after === undefined ? undefined : fieldsOf(change, category, element);
      if (fields === undefined) {
        if (element !== undefined) gone.add(element);
      } else if (element === undefined) made.push(newElement(POLICY_PATHS[kind].tag, deps.uuid(), fields));
      else edits.push(...updateElement(source, element, fields, resetOf(kind)));
    }
    additions.push({ path: POLICY_PATHS[kind].path, nodes: made });
  }
  if (changes.every((change) => change.after === undefined)) {
    const unused = unusedCategory(root, gone);
    if (unused !== undefined) gone.add(unused);
    additions.push({ path: POLICY_PATHS.category.path, nodes: [] });
  }
  const placed = placeAdditions({ source, gone, places: deps.places ?? {} }, root, additions);
  const stamps = stampEdits(source, root, changes, deps.stamp).filter(
    (stamp) => !placed.some((edit) => edit.start <= stamp.start && stamp.end <= edit.end),
  );
  edits.push(...placed, ...stamps);
  return splice(source, inOrder(edits));
}

function find(source: string, elements: readonly XmlElement[], change: PolicyChange): XmlElement {
  const { before } = change;
  const label = change.kind === 'redirect' ? 'descr' : 'description';
  const marker = `[slash32:${before?.owner}:${change.key}]`;
  const fits = elements.filter(
    (element) => (element.attributes.uuid ?? '') === before?.uuid && textOf(element, label).endsWith(marker),
  );
  const [only] = fits;
  if (only !== undefined && fits.length === 1) return only;
  throw cannotEdit(`The ${change.kind} ${change.key} is not there any more as the plan saw it.`, source, only);
}

function fieldsOf(
  change: PolicyChange,
  category: string,
  element: XmlElement | undefined,
): Readonly<Record<string, string>> | undefined {
  if (change.after === undefined) return undefined;
  if (change.kind === 'redirect')
    return { ...redirectFields(change.after), category: joined(element, 'category', CATEGORY.name) };
  const categories = joined(element, 'categories', category);
  if (change.kind === 'alias') return { ...aliasFields(change.after), categories };
  if (change.after.interface === '') throw new RangeError(`the rule ${change.key} has no interface`);
  return { ...ruleFields(change.after), categories };
}

/** Ours beside those that somebody else has put the entry into. */
function joined(element: XmlElement | undefined, field: string, ours: string): string {
  const present = textOf(element, field)
    .split(',')
    .filter((one) => one !== '');
  return present.includes(ours) ? present.join(',') : [...present, ours].join(',');
}

function resetOf(kind: PolicyChange['kind']): Readonly<Record<string, string>> {
  if (kind === 'rule') return RESET_FIELDS;
  return kind === 'redirect' ? { tagged: '', poolopts: '' } : {};
}

/** The uuid of our category, which is made when it is first needed. */
function ourCategory(
  root: XmlElement,
  changes: readonly PolicyChange[],
  deps: PolicyEditDeps,
  additions: Additions[],
): string {
  if (changes.every((change) => change.after === undefined)) return '';
  const present = policyElements(root, 'category').find((one) => textOf(one, 'name') === CATEGORY.name);
  if (present?.attributes.uuid !== undefined && present.attributes.uuid !== '') return present.attributes.uuid;
  const uuid = deps.uuid();
  const { path, tag } = POLICY_PATHS.category;
  additions.push({ path, nodes: [newElement(tag, uuid, CATEGORY)] });
  return uuid;
}
