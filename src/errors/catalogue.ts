import { CLI_ERRORS } from './cli.js';
import { CONFIG_ERRORS } from './config.js';
import { HOOK_ERRORS } from './hooks.js';
import { HTTP_ERRORS } from './http.js';
import { INCUS_ERRORS } from './incus.js';
import { INVENTORY_ERRORS } from './inventory.js';
import { JOURNAL_ERRORS } from './journal.js';
import { OPNSENSE_ERRORS } from './opnsense.js';
import { OPNSENSE_API_ERRORS } from './opnsense-api.js';
import { OPNSENSE_PLUGIN_ERRORS } from './opnsense-plugin.js';
import { PLAN_ERRORS } from './plan.js';
import { POLICY_ERRORS } from './policy.js';
import { SERVE_ERRORS } from './serve.js';
import { SERVICE_ERRORS } from './service.js';
import { TOKEN_ERRORS } from './tokens.js';

/** Every error code there is, with what it means and what to do; the reference page is generated from it. */
export const CATALOGUE = {
  ...CONFIG_ERRORS,
  ...INCUS_ERRORS,
  ...INVENTORY_ERRORS,
  ...OPNSENSE_ERRORS,
  ...OPNSENSE_API_ERRORS,
  ...OPNSENSE_PLUGIN_ERRORS,
  ...PLAN_ERRORS,
  ...POLICY_ERRORS,
  ...CLI_ERRORS,
  ...SERVE_ERRORS,
  ...JOURNAL_ERRORS,
  ...SERVICE_ERRORS,
  ...HTTP_ERRORS,
  ...HOOK_ERRORS,
  ...TOKEN_ERRORS,
} as const;

export type ErrorCode = keyof typeof CATALOGUE;
