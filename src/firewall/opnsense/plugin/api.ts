import type { ValidateFunction } from 'ajv/dist/2020.js';
import { Slash32Error } from '../../../errors/slash32-error.js';
import { validatorOf } from '../../../schema/validator.js';
import type { CallOptions, OpnsenseClient } from '../http/client.js';
import type { JudgedCall } from '../http/judge.js';
import { APPLIED_SCHEMA, CONNECTIONS_SCHEMA, SETTLED_SCHEMA, STATE_SCHEMA } from './schema.js';
import type { WireApplied, WireApply, WireConnections, WireSettled, WireState } from './wire.js';

/** Paths of the plugin's calls. */
export const PLUGIN_PATHS = {
  state: '/api/slash32/state/get',
  connections: '/api/slash32/state/connections',
  apply: '/api/slash32/state/apply',
  confirm: '/api/slash32/state/confirm',
  rollback: '/api/slash32/state/rollback',
} as const;

/**
 * The calls of os-slash32, each on a TCP connection of its own, each answer checked before it is given out. Throws
 * what the client throws, `S32_PLUGIN_MISSING` where there is no plugin, `S32_PLUGIN_API` where it speaks another version.
 */
export interface PluginApi {
  readonly target: string;
  state(call?: CallOptions): Promise<WireState>;
  /** Rows as OPNsense lists its states. */
  connections(call?: CallOptions): Promise<readonly unknown[]>;
  apply(body: WireApply, call?: CallOptions): Promise<WireApplied>;
  confirm(owner: string, token: string, call?: CallOptions): Promise<WireSettled>;
  rollback(owner: string, token: string, call?: CallOptions): Promise<WireSettled>;
  /** The call of a path, for errors about its answer. */
  where(path: string): string;
}

const READING: ReadonlySet<string> = new Set([PLUGIN_PATHS.state, PLUGIN_PATHS.connections]);

const LENIENT = { allowUnionTypes: true, strictTypes: false, strictRequired: false };
const STATE = validatorOf<WireState>('plugin-state', STATE_SCHEMA, LENIENT);
const CONNECTIONS = validatorOf<WireConnections>('plugin-connections', CONNECTIONS_SCHEMA, LENIENT);
const APPLIED = validatorOf<WireApplied>('plugin-applied', APPLIED_SCHEMA, LENIENT);
const SETTLED = validatorOf<WireSettled>('plugin-settled', SETTLED_SCHEMA, LENIENT);

/** The plugin's API over an OPNsense client. */
export function createPluginApi(client: OpnsenseClient): PluginApi {
  return {
    target: client.target,
    async state(call) {
      const described = client.describe('GET', PLUGIN_PATHS.state);
      const answer = await found(() => client.get(PLUGIN_PATHS.state, call));
      refuseFailed(answer, described);
      refuseOtherApi(answer, described);
      return checked(STATE(), answer, described);
    },
    async connections(call) {
      const described = client.describe('GET', PLUGIN_PATHS.connections);
      const answer = await found(() => client.get(PLUGIN_PATHS.connections, call));
      refuseFailed(answer, described);
      return checked(CONNECTIONS(), answer, described).connections;
    },
    async apply(body, call) {
      const described = client.describe('POST', PLUGIN_PATHS.apply);
      return checked(APPLIED(), await found(() => client.postJson(PLUGIN_PATHS.apply, body, call)), described);
    },
    confirm: (owner, token, call) => settle(PLUGIN_PATHS.confirm, owner, token, call),
    rollback: (owner, token, call) => settle(PLUGIN_PATHS.rollback, owner, token, call),
    where: (path) => client.describe(READING.has(path) ? 'GET' : 'POST', path).where,
  };

  async function settle(path: string, owner: string, token: string, call?: CallOptions): Promise<WireSettled> {
    const described = client.describe('POST', path);
    const answer = checked(SETTLED(), await found(() => client.postJson(path, { owner, token }, call)), described);
    refuseFailed(answer, described);
    return answer;
  }
}

async function found(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Slash32Error) || error.code !== 'S32_OPNSENSE_NO_ENDPOINT') throw error;
    throw new Slash32Error('S32_PLUGIN_MISSING', {
      message: `${error.message} The plugin os-slash32 is not installed there, or is switched off.`,
      ...(error.where === undefined ? {} : { where: error.where }),
    });
  }
}

function refuseFailed(answer: unknown, call: JudgedCall): void {
  const { result, message } = fields(answer);
  if (result !== 'failed') return;
  throw new Slash32Error('S32_PLUGIN_FAILED', {
    message: `${call.host} says: ${typeof message === 'string' && message !== '' ? message : 'failed, without a reason.'}`,
    where: call.where,
  });
}

function refuseOtherApi(answer: unknown, call: JudgedCall): void {
  const { api, plugin } = fields(answer);
  if (api === 1) return;
  throw new Slash32Error('S32_PLUGIN_API', {
    message: `The plugin on ${call.host} (os-slash32 ${typeof plugin === 'string' ? plugin : 'of an unknown version'}) speaks version ${String(api)} of its API; this slash32 speaks version 1.`,
    where: call.where,
  });
}

function checked<T>(validate: ValidateFunction<T>, answer: unknown, call: JudgedCall): T {
  if (validate(answer)) return answer;
  const [first] = validate.errors ?? [];
  const place = first?.instancePath || 'the answer';
  throw new Slash32Error('S32_OPNSENSE_BAD_ANSWER', {
    message: `The answer of ${call.host} is not as os-slash32 gives it: ${place} ${first?.message ?? 'does not fit'}.`,
    where: call.where,
  });
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
