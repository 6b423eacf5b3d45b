import { INFRASTRUCTURE } from '../../model/policy.js';
import type { PolicyChange } from '../../model/policy-entries.js';
import { count, shortList } from '../names.js';
import type { PolicyPlan, ReachLine, TestLine } from '../policy/types.js';
import type { WaitingPart } from '../types.js';

/** The sign in front of a policy's change. */
export const POLICY_SIGNS = { create: '+', update: '~', delete: '-' } as const;

/** Lines of one list that are shown before the rest is only counted. */
const SHOWN = 40;

/** What a change is about: `rule on opt3`, `alias s32_home_web`, `redirect on wan`. */
export function policyChangeName(change: PolicyChange): string {
  const entry = change.after ?? change.before?.entry;
  if (entry === undefined) return change.kind;
  return 'name' in entry ? `${change.kind} ${entry.name}` : `${change.kind} on ${entry.interface}`;
}

/** A line on changes of a policy. */
export interface PolicyRow {
  readonly action: PolicyChange['action'];
  readonly name: string;
  readonly text: string;
}

/** What every instance needs of the firewall, by its key: `rule/opt3/dns-udp`. */
const OF_INFRASTRUCTURE = new RegExp(`^rule/[^/]+/(${INFRASTRUCTURE.join('|')})-`);

/** The changes of a policy, each in a line; the many rules of infrastructure are one for each thing done, unless `verbose`. */
export function policyRows(changes: readonly PolicyChange[], verbose = false): PolicyRow[] {
  const rows: PolicyRow[] = [];
  const told = new Set<PolicyChange['action']>();
  const isInfrastructure = ({ key }: PolicyChange): boolean => !verbose && OF_INFRASTRUCTURE.test(key);
  for (const change of changes) {
    const { action } = change;
    if (!isInfrastructure(change)) {
      rows.push({ action, name: policyChangeName(change), text: policyChangeText(change) });
      continue;
    }
    if (told.has(action)) continue;
    told.add(action);
    rows.push(infrastructureRow(changes.filter((one) => one.action === action && isInfrastructure(one))));
  }
  return rows;
}

function infrastructureRow(changes: readonly PolicyChange[]): PolicyRow {
  const [first] = changes;
  const action = first?.action ?? 'create';
  if (first !== undefined && changes.length === 1)
    return { action, name: policyChangeName(first), text: policyChangeText(first) };
  const services = INFRASTRUCTURE.filter((name) =>
    changes.some(({ key }) => OF_INFRASTRUCTURE.exec(key)?.[1] === name),
  );
  const places = changes.flatMap(({ key }) => key.split('/')[1] ?? []);
  const where = shortList([...new Set(places)]);
  const what = services.map((name) => (name === 'ping' ? name : name.toUpperCase())).join(', ');
  return { action, name: `${count(changes.length, 'rule')} on ${where}`, text: `${what} of the firewall` };
}

/** What a change does, in a clause: for an alias, who comes and who goes. */
export function policyChangeText(change: PolicyChange): string {
  if (change.kind !== 'alias' || change.action !== 'update') return change.reason;
  const before = new Set(change.before?.entry.content);
  const after = new Set(change.after?.content);
  const comes = [...after].filter((item) => !before.has(item));
  const goes = [...before].filter((item) => !after.has(item));
  const parts = [...few('+', comes), ...few('-', goes)];
  return parts.length === 0 ? change.reason : `${parts.join(' ')}: ${change.reason}`;
}

function few(sign: string, items: readonly string[]): string[] {
  const shown = items.slice(0, 3).map((item) => `${sign}${item}`);
  return items.length > 3 ? [...shown, `${sign}… (${items.length} in all)`] : shown;
}

/** `opens edge/proxy → servers/db tcp/5432 (policy.yaml:14)`, and how many more there are. */
export function openingLines(policy: PolicyPlan): string[] {
  return [...lines('opens', policy.opens), ...lines('closes', policy.closes)];
}

function lines(verb: 'opens' | 'closes', all: readonly ReachLine[]): string[] {
  const shown = all.slice(0, SHOWN).map((line) => `${verb} ${reachText(line)}`);
  const rest = all.slice(SHOWN);
  if (rest.length === 0) return shown;
  const pairs = rest.reduce((sum, line) => sum + line.pairs, 0);
  return [...shown, `${verb} ${count(pairs, 'more pair')}`];
}

function reachText({ from, to, services, pairs, by, beside, lost }: ReachLine): string {
  const many = pairs > 1 ? `, ${pairs} pairs` : '';
  const source = by.length === 0 ? '' : ` (${by.slice(0, 3).join(', ')}${many})`;
  const what = `${from} → ${to} ${services.join(' ')}${source === '' && many !== '' ? ` (${many.slice(2)})` : source}`;
  if (lost !== undefined) return `${what}; whether answers come back is not known: ${lost}`;
  if (beside === undefined) return what;
  return beside.verdict === 'pass'
    ? `${what}, on the firewall only: it still passes beside it, since ${beside.why}`
    : `${what}, on the firewall; whether it passes beside it is not known: ${beside.why}`;
}

/** One line on the tests as a whole. */
export function testSummary(tests: readonly TestLine[]): string {
  const number = (outcome: TestLine['outcome']): number => tests.filter((test) => test.outcome === outcome).length;
  const [failed, passed, nobody] = [number('failed'), number('passed'), number('nobody')];
  const checks = tests.reduce((sum, test) => sum + test.checks, 0);
  const parts = [
    ...(failed === 0 ? [] : [`${failed} ${failed === 1 ? 'fails' : 'fail'}`]),
    ...(passed === 0 ? [] : [`${passed} ${passed === 1 ? 'passes' : 'pass'}`]),
    ...(nobody === 0 ? [] : [`${nobody} asked nobody`]),
  ];
  const said = passed === tests.length ? 'all pass' : parts.join(', ');
  return `${count(tests.length, 'test')} with ${count(checks, 'question')}: ${said}`;
}

/** Behind the failures of a test that this plan does not bring about. */
export function standingNote({ already }: TestLine): string {
  return already === true ? ' (The firewall as it is fails it too, so it does not hold this plan.)' : '';
}

/** What stands in place of a policy's changes where there are none: as it should be, nothing that could be written, or all of it waits. */
export function idleText({ warnings }: PolicyPlan, waiting: readonly WaitingPart[]): string {
  if (warnings.some((one) => one.code === 'rules-refused')) return 'nothing is written';
  return waiting.some(({ policy }) => policy.length > 0) ? 'nothing but what waits' : 'nothing to do';
}

/** `3 aliases, 5 rules, 1 redirect`. */
export function entriesText({ aliases, rules, redirects }: PolicyPlan['entries']): string {
  const parts = [`${aliases} ${aliases === 1 ? 'alias' : 'aliases'}`, count(rules, 'rule')];
  return [...parts, ...(redirects === 0 ? [] : [count(redirects, 'redirect')])].join(', ');
}
