import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { CONFIG_SCHEMA } from '../../src/config/schema.js';
import { POLICY_FILE_SCHEMA } from '../../src/config/schema-policy.js';
import * as plugin from '../../src/firewall/opnsense/plugin/schema.js';
import { loadContract } from '../../src/http/contract.js';
import { PLAN_SCHEMA } from '../../src/plan/schema.js';
import { APPLY } from '../../src/sim/opnsense/plugin/form.js';
import { LEDGER_SCHEMA } from '../../src/state/ledger-schema.js';
import { STATE_SCHEMA } from '../../src/state/service-state.js';
import { TOKENS_SCHEMA } from '../../src/state/token-store.js';

const contract = loadContract().document as { components: { schemas: Record<string, object> } };

describe('schemas that the program takes as they are', () => {
  it.each<[string, object]>([
    ['slash32.yaml', CONFIG_SCHEMA],
    ['a policy file', POLICY_FILE_SCHEMA],
    ['a plan', PLAN_SCHEMA],
    ['the ledger', LEDGER_SCHEMA],
    ['the state of the service', STATE_SCHEMA],
    ['API tokens', TOKENS_SCHEMA],
    ['what the plugin shows', plugin.STATE_SCHEMA],
    ['what the plugin says of an apply', plugin.APPLIED_SCHEMA],
    ['what the plugin says of an ending', plugin.SETTLED_SCHEMA],
    ['an apply that the simulated plugin takes', APPLY],
    ...Object.entries(contract.components.schemas).map(([name, schema]): [string, object] => [`HTTP: ${name}`, schema]),
  ])('%s is a valid JSON schema', (_name, schema) => {
    const ajv = new Ajv2020();
    ajv.validateSchema(schema);
    expect(ajv.errors ?? []).toEqual([]);
  });
});
