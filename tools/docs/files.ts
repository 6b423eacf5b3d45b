import {
  APPLY_SCHEMA,
  CHECK_SCHEMA,
  ERROR_SCHEMA,
  PLUGIN_INSTALL_SCHEMA,
  SETTLED_SCHEMA,
} from '../../src/cli/json-schemas.js';
import { CONFIG_SCHEMA } from '../../src/config/schema.js';
import { PLAN_SCHEMA } from '../../src/plan/schema.js';
import { renderCliReference } from './cli-reference.js';
import { renderConfigReference } from './config-reference.js';
import { renderErrorReference } from './error-reference.js';
import { renderFindingReference } from './finding-reference.js';

/** A page that is made from the source and committed. */
export interface GeneratedFile {
  /** Path from the root of the package. */
  readonly path: string;
  /** Its whole text; the same source always gives the same text. */
  readonly render: () => string;
}

/** Every generated page: add one here, and `npm run docs` writes it and the test keeps it in step. */
export const GENERATED_FILES: readonly GeneratedFile[] = [
  { path: 'docs/reference/configuration.md', render: renderConfigReference },
  { path: 'docs/reference/cli.md', render: renderCliReference },
  { path: 'docs/reference/errors.md', render: () => renderErrorReference() },
  { path: 'docs/reference/findings.md', render: () => renderFindingReference() },
  { path: 'docs/reference/slash32.schema.json', render: () => renderJson(CONFIG_SCHEMA) },
  { path: 'docs/reference/apply.schema.json', render: () => renderJson(APPLY_SCHEMA) },
  { path: 'docs/reference/check.schema.json', render: () => renderJson(CHECK_SCHEMA) },
  { path: 'docs/reference/error.schema.json', render: () => renderJson(ERROR_SCHEMA) },
  { path: 'docs/reference/settled.schema.json', render: () => renderJson(SETTLED_SCHEMA) },
  { path: 'docs/reference/plugin-install.schema.json', render: () => renderJson(PLUGIN_INSTALL_SCHEMA) },
  { path: 'docs/reference/plan.schema.json', render: () => renderJson(PLAN_SCHEMA) },
];

/** A JSON schema as a file. */
export function renderJson(schema: unknown): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}
