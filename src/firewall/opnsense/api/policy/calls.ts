import { randomUUID } from 'node:crypto';
import { Slash32Error } from '../../../../errors/slash32-error.js';
import type {
  AliasEntry,
  Owned,
  PolicyChange,
  RedirectChange,
  RuleChange,
  RuleEntry,
} from '../../../../model/policy-entries.js';
import type { OpnsenseClient } from '../../http/client.js';
import { aliasFields } from '../../policy/alias-fields.js';
import { CATEGORY } from '../../policy/read.js';
import { redirectFields } from '../../policy/redirect-fields.js';
import { RESET_FIELDS, ruleFields } from '../../policy/rule-fields.js';

/** The calls that a policy is written with; each throws what OPNsense refuses, and none says anything about the others. */
export interface PolicyCalls {
  /** Switches rules off, all in one save. */
  disableRules(rules: readonly Owned<RuleEntry>[]): Promise<void>;
  /** Makes and changes rules, all in one save. */
  writeRules(changes: readonly RuleChange[], category: string): Promise<void>;
  removeRules(uuids: readonly string[]): Promise<void>;
  /** Makes and changes aliases, all in one save; told apart by name. */
  writeAliases(entries: readonly AliasEntry[], category: string): Promise<void>;
  removeAliases(uuids: readonly string[]): Promise<void>;
  writeRedirect(change: RedirectChange): Promise<void>;
  removeRedirect(uuid: string): Promise<void>;
  /** Makes our category; its uuid. */
  addCategory(): Promise<string>;
  removeCategory(uuid: string): Promise<void>;
  /** Puts aliases in force, and the rules with them. */
  reloadAliases(): Promise<void>;
  reloadRules(): Promise<void>;
  /** Paths of the calls so far, in their order. */
  posted(): readonly string[];
}

/** The web server of OPNsense takes 16 KiB of request line and headers (webgui.inc: server.max-request-field-size). */
const UUIDS_IN_PATH = 200;
const SAVED = ['saved'];
const DELETED = ['deleted'];

/** Calls of OPNsense's REST API 25.7 to 26.7 (docs/facts.md, "OPNsense: rules and aliases"): bulk where it has it, every value a text. */
export function createPolicyCalls(client: OpnsenseClient): PolicyCalls {
  const sent: string[] = [];
  async function post(path: string, body: object, fine: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
    sent.push(path);
    const answer = await client.postJson(path, body, { slow: true });
    const row = typeof answer === 'object' && answer !== null ? { ...answer } : {};
    const said: Readonly<Record<string, unknown>> = row;
    const result = String(said.result ?? said.status ?? '').trim();
    if (fine.includes(result)) return said;
    const { where } = client.describe('POST', path);
    throw new Slash32Error('S32_OPNSENSE_REFUSED', {
      message: `OPNsense did not take it: ${complaint(said, result)}`,
      where,
    });
  }
  async function removeAll(path: string, uuids: readonly string[]): Promise<void> {
    for (let at = 0; at < uuids.length; at += UUIDS_IN_PATH)
      await post(`${path}${uuids.slice(at, at + UUIDS_IN_PATH).join(',')}`, {}, DELETED);
  }
  return {
    disableRules: async (rules) => {
      const rule = Object.fromEntries(rules.map((one) => [one.uuid, switchedOff(one)]));
      await post('/api/firewall/filter/set', { filter: { rules: { rule } } }, SAVED);
    },
    writeRules: async (changes, category) => {
      const rule = Object.fromEntries(changes.map((change) => ruleOf(change, category)));
      await post('/api/firewall/filter/set', { filter: { rules: { rule } } }, SAVED);
    },
    removeRules: (uuids) => removeAll('/api/firewall/filter/del_rule/', uuids),
    writeAliases: async (entries, category) => {
      const alias = Object.fromEntries(
        entries.map((entry) => [randomUUID(), { ...aliasFields(entry), categories: category }]),
      );
      await post('/api/firewall/alias/import', { data: { aliases: { alias } } }, ['ok']);
    },
    removeAliases: (uuids) => removeAll('/api/firewall/alias/del_item/', uuids),
    writeRedirect: async ({ before, after }) => {
      if (after === undefined) throw new RangeError('a redirect that goes is not written');
      const rule = nested({ ...redirectFields(after), tagged: '', category: CATEGORY.name });
      const path =
        before === undefined ? '/api/firewall/d_nat/add_rule' : `/api/firewall/d_nat/set_rule/${before.uuid}`;
      await post(path, { rule }, SAVED);
    },
    removeRedirect: async (uuid) => void (await post(`/api/firewall/d_nat/del_rule/${uuid}`, {}, DELETED)),
    addCategory: async () => {
      const said = await post('/api/firewall/category/add_item', { category: CATEGORY }, SAVED);
      return String(said.uuid ?? '');
    },
    removeCategory: async (uuid) => void (await post(`/api/firewall/category/del_item/${uuid}`, {}, DELETED)),
    reloadAliases: async () => void (await post('/api/firewall/alias/reconfigure', {}, ['ok'])),
    reloadRules: async () => void (await post('/api/firewall/filter/apply', {}, ['OK'])),
    posted: () => sent,
  };
}

/**
 * What switches a rule off. OPNsense makes a rule of a uuid that it does not know: should somebody have deleted this one just
 * now, what comes of it is off, on its interface, and ours to remove.
 */
function switchedOff({ entry }: Owned<RuleEntry>): Readonly<Record<string, string>> {
  const { interface: id, description } = entry;
  return { enabled: '0', description, ...(id === '' ? {} : { interface: id }) };
}

/** Refuses rules without an interface before anything is sent: OPNsense would take such a rule to hold on every one. */
export function refuseEverywhere(changes: readonly PolicyChange[]): void {
  for (const { kind, key, after } of changes)
    if (kind !== 'alias' && after !== undefined && after.interface === '')
      throw new RangeError(`the ${kind} ${key} has no interface`);
}

/** The key of a new rule is not kept: OPNsense gives it another uuid, and it is found again by its marker. */
function ruleOf(change: RuleChange, category: string): [string, Readonly<Record<string, string>>] {
  const { before, after } = change;
  if (after === undefined) throw new RangeError('a rule that goes is not written');
  const fields = ruleFields(after);
  if (before === undefined) return [randomUUID(), { ...fields, categories: category }];
  return [before.uuid, before.odd.length === 0 ? fields : { ...fields, ...RESET_FIELDS }];
}

/** `destination.port` as OPNsense takes it: a field within a field. A key with a dot would be ignored without a word. */
function nested(fields: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const made: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(fields)) {
    const [first = name, second] = name.split('.');
    if (second === undefined) made[first] = text;
    else made[first] = { ...(made[first] as object | undefined), [second]: text };
  }
  return made;
}

function complaint(said: Readonly<Record<string, unknown>>, result: string): string {
  const { validations } = said;
  if (typeof validations !== 'object' || validations === null) return `it answered ${JSON.stringify(result)}.`;
  const parts = Object.entries(validations).map(([field, text]) => `${field}: ${[text].flat().join(' ')}`);
  return parts.slice(0, 5).join('; ');
}
