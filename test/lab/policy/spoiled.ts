import type { Redirect, Rule, RuleSet } from '../../../src/model/rules.js';

/** A router that does not do what its config.xml says, and one probe by which the lab must notice. */
export interface Spoiled {
  /** Completes "the packets tell when …". */
  readonly what: string;
  /** How the name of the scenario starts. */
  readonly scenario: string;
  readonly spoil: (ruleSet: RuleSet) => RuleSet;
  readonly seen: string;
}

/** Each of these would go unnoticed in a lab whose probes do not reach that far. */
export const SPOILED: readonly Spoiled[] = [
  {
    what: 'one rule blocks instead of passing',
    scenario: 'a policy with deny',
    spoil: changeRule(/^db|default\/db to default\/web/, () => ({ action: 'block' })),
    seen: 'db → web tcp/22',
  },
  {
    what: 'one rule passes instead of blocking',
    scenario: 'single pairs',
    spoil: changeRule(/of the lab .*rule\/6\]/, () => ({ action: 'pass' })),
    seen: 'git → router 10.10.1.1 tcp/22',
  },
  {
    what: 'a rule without quick decides at once',
    scenario: 'foreign rules',
    spoil: changeRule(/^foreign 2$/, () => ({ quick: true })),
    seen: 'nextcloud → internet tcp/8443',
  },
  {
    what: 'rules for the way out are forgotten',
    scenario: 'foreign rules',
    spoil: changeRule(/^foreign 3$/, () => ({ enabled: false })),
    seen: 'web → nextcloud tcp/5432',
  },
  {
    what: 'two rules change places',
    scenario: 'a policy that inherits',
    spoil: (ruleSet) => ({ ...ruleSet, rules: [...ruleSet.rules].reverse() }),
    seen: 'git → web tcp/22',
  },
  {
    what: 'an alias loses its exclusions',
    scenario: 'aliases',
    spoil: (ruleSet) => ({
      ...ruleSet,
      aliases: ruleSet.aliases.map((alias) => ({
        ...alias,
        entries: alias.entries.filter((entry) => !entry.startsWith('!')),
      })),
    }),
    seen: 'mail → nextcloud udp/9999',
  },
  {
    what: 'an end is not turned round any more',
    scenario: 'aliases',
    spoil: changeRule(/./, (rule) => ({ destination: { ...rule.destination, not: false } })),
    seen: 'wiki → internet tcp/22',
  },
  {
    what: 'a rule holds for every ICMP type',
    scenario: 'single pairs',
    spoil: changeRule(/./, () => ({ icmpTypes: [] })),
    seen: 'mail → db icmp',
  },
  {
    what: 'a redirect leads to somebody else',
    scenario: 'a policy with deny',
    spoil: changeRedirect(/publish site/, () => ({ targets: [{ kind: 'addresses', span: '10.10.3.12' }] })),
    seen: 'internet → router 192.0.2.2 tcp/443',
  },
  {
    what: 'an exemption is no exemption',
    scenario: 'redirects',
    spoil: changeRedirect(/./, (redirect) => (redirect.action === 'exempt' ? { enabled: false } : {})),
    seen: 'internet → router 192.0.2.2 tcp/22',
  },
];

function changeRule(of: RegExp, change: (rule: Rule) => Partial<Rule>): (ruleSet: RuleSet) => RuleSet {
  return (ruleSet) => ({
    ...ruleSet,
    rules: ruleSet.rules.map((rule) => (of.test(rule.description) ? { ...rule, ...change(rule) } : rule)),
  });
}

function changeRedirect(of: RegExp, change: (redirect: Redirect) => Partial<Redirect>): (ruleSet: RuleSet) => RuleSet {
  return (ruleSet) => ({
    ...ruleSet,
    redirects: ruleSet.redirects.map((one) => (of.test(one.description) ? { ...one, ...change(one) } : one)),
  });
}
