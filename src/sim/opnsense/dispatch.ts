import { json, notFound, refused, type SimReply, type SimRequest } from './exchange.js';
import { stateApply, stateConfirm, stateConnections, stateGet, stateRollback } from './plugin/routes.js';
import { POLICY_ROUTES } from './policy/routes.js';
import { mayCall } from './privileges.js';
import { backups, deleteBackup, download, providers, revertBackup } from './routes-backup.js';
import {
  dhcpReconfigure,
  dhcpRestart,
  dhcpStatus,
  dhcpStop,
  neighbourReconfigure,
  searchLease,
} from './routes-dhcp.js';
import { getArp, interfacesInfo } from './routes-interfaces.js';
import { addHost, dnsmasqReconfigure } from './routes-objects.js';
import type { SimState } from './state.js';
import type { Caller, SimUser } from './users.js';

/** A request as it came over HTTP. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** With what stands behind a question mark. */
  readonly uri: string;
  readonly contentType: string | undefined;
  readonly body: string;
  readonly remoteAddress: string;
  readonly caller: Caller;
}

interface Route {
  /** Path parts that the action must be given. */
  readonly needs: number;
  readonly run: (state: SimState, request: SimRequest, params: readonly string[]) => SimReply;
}

const ROUTES: Readonly<Record<string, Readonly<Record<string, Route>>>> = {
  'core/backup': {
    providers: route(0, () => providers()),
    backups: route(1, (state, _request, [host]) => backups(state, host ?? '')),
    download: route(1, (state, _request, [host, id]) => download(state, host ?? '', id)),
    revertBackup: route(1, (state, request, [id]) => revertBackup(state, request, id ?? '')),
    deleteBackup: route(1, (state, request, [id]) => deleteBackup(state, request, id ?? '')),
  },
  'core/service': { restart: route(1, (_state, { method }) => json({ result: method === 'POST' ? 'ok' : 'failed' })) },
  'interfaces/overview': { interfacesInfo: route(0, interfacesInfo) },
  'interfaces/neighbor_settings': { reconfigure: route(0, neighbourReconfigure) },
  'diagnostics/interface': { getArp: route(0, getArp) },
  'dhcpv4/leases': {
    searchLease: route(0, searchLease),
    delLease: route(1, () => json({ result: 'failed' })),
  },
  'dhcpv4/service': {
    status: route(0, dhcpStatus),
    start: route(0, dhcpRestart),
    restart: route(0, dhcpRestart),
    stop: route(0, dhcpStop),
    reconfigure: route(0, dhcpReconfigure),
  },
  'dnsmasq/settings': { addHost: route(0, addHost) },
  'dnsmasq/service': { reconfigure: route(0, (_state, request) => dnsmasqReconfigure(request)) },
  ...POLICY_ROUTES,
  'slash32/state': {
    get: route(0, stateGet),
    connections: route(0, stateConnections),
    apply: route(0, stateApply),
    confirm: route(0, stateConfirm),
    rollback: route(0, stateRollback),
  },
};

/**
 * Answers an `/api/…` request in the order of OPNsense's dispatcher: the controller must exist, then the caller is
 * looked at, then the privilege, then the body, then the action (docs/facts.md, "OPNsense: calls and privileges").
 */
export function dispatch(state: SimState, raw: RawRequest): SimReply {
  const [module = '', controller = '', action = '', ...params] = raw.path
    .replace(/^\/api\//, '')
    .split('/')
    .map(decodeURIComponent);
  const actions = ROUTES[`${module}/${snake(controller)}`] ?? ROUTES[`${module}/${controller}`];
  if (actions === undefined || !isInstalled(state, module, controller)) return notFound();
  if (raw.caller.kind === 'none') return loginPage(raw.path);
  if (raw.caller.kind === 'wrong') return refused(401, 'Authentication Failed');
  const { user } = raw.caller;
  if (!mayCall(user, raw.uri)) return refused(403, 'Forbidden');
  const fields = fieldsOf(raw);
  if (fields === undefined) return refused(400, 'Invalid JSON syntax');
  const found = actions[camel(action)];
  if (found === undefined || params.filter((param) => param !== '').length < found.needs) return notFound();
  return found.run(state, requestOf(raw, user, fields), params);
}

/** Destination NAT has an API of its own from 26.1 on. */
function isInstalled(state: SimState, module: string, controller: string): boolean {
  if (module === 'firewall' && snake(controller) === 'd_nat') return !/^25\./.test(state.version);
  if (module === 'dhcpv4') return state.iscInstalled;
  return module !== 'slash32' || state.plugin !== undefined;
}

function route(needs: number, run: Route['run']): Route {
  return { needs, run };
}

function requestOf(raw: RawRequest, user: SimUser, fields: Readonly<Record<string, unknown>>): SimRequest {
  const { method, path, body, remoteAddress, contentType = '' } = raw;
  return { method, path, body, remoteAddress, contentType, user, fields };
}

function loginPage(path: string): SimReply {
  return { status: 302, type: 'text/html; charset=UTF-8', body: '', headers: { location: `/?url=${path}` } };
}

/**
 * The fields of a body. Only an empty body with a JSON type is an error of its own, on GET too; broken JSON and any other
 * type leave the fields empty.
 */
function fieldsOf(raw: RawRequest): Readonly<Record<string, unknown>> | undefined {
  const type = (raw.contentType ?? '').toLowerCase().replaceAll(/\s/g, '');
  if (type === 'application/json' || type === 'application/json;charset=utf-8') {
    if (raw.body === '') return undefined;
    return raw.method === 'POST' ? parsed(raw.body) : {};
  }
  if (type === 'application/x-www-form-urlencoded' && raw.method === 'POST') return formFields(raw.body);
  return {};
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** `category[name]=x` as PHP reads it, one level deep. */
function formFields(body: string): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(body)) {
    const nested = /^(\w+)\[(\w+)\]$/.exec(key);
    if (nested?.[1] === undefined || nested[2] === undefined) fields[key] = value;
    else fields[nested[1]] = { ...(fields[nested[1]] as Record<string, string> | undefined), [nested[2]]: value };
  }
  return fields;
}

/** OPNsense takes `addRule` and `add_rule`. */
function camel(action: string): string {
  return action.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function snake(controller: string): string {
  return controller.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
