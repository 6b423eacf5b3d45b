import { readFileSync } from 'node:fs';
import { readApiRuleSet } from '../../../../src/firewall/opnsense/rules/from-api.js';
import { readConfigRuleSet } from '../../../../src/firewall/opnsense/rules/from-config.js';
import { parseConfigXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { RuleAlias, RuleInterface, RuleSet } from '../../../../src/model/rules.js';
import { readPfText } from './pf-text.js';

const FIXTURES = new URL('../../../fixtures/opnsense/', import.meta.url);

/** Any JSON object of a recording. */
export type Json = Readonly<Record<string, unknown>>;

export function readText(name: string): string {
  return readFileSync(new URL(name, FIXTURES), 'utf8');
}

/** The rows of a recorded search. */
export function recordedRows(name: string): Json[] {
  const { response } = JSON.parse(readText(`recordings/${name}.json`)) as { response: { rows: Json[] } };
  return response.rows;
}

interface Exchange {
  readonly request: { readonly path: string; readonly body?: Json };
  readonly response: Json;
}

const EXCHANGES = JSON.parse(readText('recordings/scenario/exchanges.json')) as Exchange[];

function rowsOf(path: string): Json[] {
  return (EXCHANGES.find((exchange) => exchange.request.path === path)?.response.rows ?? []) as Json[];
}

/** The aliases as they were sent: the scenario's recording of their search was refused by OPNsense. */
export const SENT_ALIASES = EXCHANGES.filter((exchange) => exchange.request.path === '/api/firewall/alias/addItem').map(
  (exchange) => exchange.request.body?.alias as Json,
);

/** The scenario read from its config.xml. */
export function scenarioFromConfig(): RuleSet {
  return readConfigRuleSet(parseConfigXml(readText('config/scenario.xml')));
}

/** The scenario read from the API's answers. */
export function scenarioFromApi(reflects: boolean | undefined): RuleSet {
  return readApiRuleSet({
    rules: rowsOf('/api/firewall/filter/searchRule'),
    redirects: rowsOf('/api/firewall/d_nat/searchRule'),
    aliases: SENT_ALIASES,
    interfaces: recordedRows('if-01-info'),
    groups: [],
    reflects,
  });
}

const INTERFACES: readonly (RuleInterface & { device: string })[] = [
  ['wan', 'em0', '192.0.2.2', '192.0.2.0/24'],
  ['lan', 'em1', '192.168.1.1', '192.168.1.0/24'],
  ['opt1', 'em2', '10.10.1.1', '10.10.1.0/24'],
  ['opt2', 'em3', '10.10.2.1', '10.10.2.0/24'],
  ['opt3', 'em4', '10.10.3.1', '10.10.3.0/24'],
].map(([id = '', device = '', address = '', network = '']) => ({
  id,
  device,
  description: id,
  addresses: [address],
  networks: [network],
  unknownFamilies: [],
  internet: id === 'wan',
}));

const TABLES: readonly RuleAlias[] = [
  { name: 's32_web', entries: ['10.10.2.11', '10.10.2.12'] },
  { name: 's32_db', entries: ['10.10.3.12'] },
  { name: 's32_nets', entries: ['10.10.1.0/24', '!10.10.1.66/32'] },
  { name: 's32_all', entries: ['10.10.2.11', '10.10.2.12', '10.10.3.12'] },
  { name: 'sshlockout', entries: [] },
  { name: 'virusprot', entries: [] },
].map((table) => ({ ...table, kind: 'addresses', unknown: undefined }));

/** The scenario read from the pf rules that OPNsense generated. */
export function scenarioFromPf(): RuleSet {
  return readPfText(readText('recordings/scenario/pf-rules.txt'), { interfaces: INTERFACES, tables: TABLES });
}
