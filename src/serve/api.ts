import type { Config } from '../config/types.js';
import { createHttpApp } from '../http/app.js';
import { loadContract } from '../http/contract.js';
import { type Listening, listenSocket, listenTcp, refuseExposure } from '../http/listen.js';
import type { ApiDeps, Health } from '../http/types.js';
import type { Logger } from '../log/logger.js';
import type { ConnectDeps } from '../service/connect.js';
import type { Metrics } from '../service/metrics/metrics.js';
import { failureOf } from '../service/reconcile/failure.js';
import type { Service } from '../service/types/service.js';
import { createTokenStore } from '../state/token-store.js';
import { identityOf } from './certificate.js';
import { createHooks } from './hooks.js';

/** What the API of a service is made of. */
export interface ListenDeps extends ConnectDeps {
  readonly version: string;
  readonly service: Service;
  readonly health: () => Health;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly filterLog: ApiDeps['filterLog'];
}

/**
 * Listens wherever the configuration says: a unix socket whose users are trusted, and TCP for API tokens and webhooks. Everywhere
 * or nowhere: when it throws, nothing listens.
 */
export async function listenAll(config: Config, deps: ListenDeps): Promise<Listening[]> {
  const { listen, socket, tls, tokensFile } = config.service;
  const { service, logger, metrics } = deps;
  const tokens = createTokenStore(tokensFile, deps.now);
  const contract = loadContract();
  const hooks = await createHooks(config, { ...deps, trigger: service.trigger, onResult: metrics.onHook });
  const api: ApiDeps = {
    service,
    version: deps.version,
    async checkToken(token) {
      const verdict = await tokens.check(token);
      if (verdict.kind === 'valid') deps.redactor.register(token);
      return verdict;
    },
    health: deps.health,
    metrics: metrics.read,
    filterLog: deps.filterLog,
    onRequest(line) {
      metrics.onRequest(line);
      const { method, route, status, seconds, actor } = line;
      // Whoever asks for a write is named, also when he is refused.
      const write = method === 'GET' || method === 'HEAD' || route === '/hooks' ? logger.debug : logger.info;
      write('request', { method, route, status, milliseconds: Math.round(seconds * 1000), by: actor?.name });
    },
    onDefect: (error, route) =>
      logger.error('defect while a request was answered', { route, error: failureOf(error).message }),
  };
  const mounted = { ...api, contract, redact: deps.redactor.redact, ...(hooks === undefined ? {} : { hooks }) };
  // everything that can be wrong is found out before anybody can ask
  const identity = listen === undefined || tls === undefined ? undefined : await identityOf(tls, deps);
  if (listen !== undefined) refuseExposure(listen, identity, (await tokens.list()).length);
  const listening: Listening[] = [];
  try {
    if (listen !== undefined)
      listening.push(await listenTcp(createHttpApp({ ...mounted, trust: 'token' }), listen, identity));
    if (socket !== undefined)
      listening.unshift(await listenSocket(createHttpApp({ ...mounted, trust: 'socket' }), socket));
    return listening;
  } catch (error) {
    await Promise.all(listening.map((one) => one.close()));
    throw error;
  }
}
