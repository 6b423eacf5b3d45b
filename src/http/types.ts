import type { LoggedPacket } from '../model/firewall.js';
import type { Service } from '../service/types/service.js';
import type { Actor } from '../service/types/trigger.js';
import type { Role } from '../state/roles.js';
import type { TokenVerdict } from '../state/token-store.js';
import type { Values } from './validate.js';

/** One thing that must be well. */
export interface HealthCheck {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
}

/** How the service is. */
export interface Health {
  /** Whether the process does anything at all. */
  readonly alive: boolean;
  /** Whether it does its work. */
  readonly ready: boolean;
  readonly checks: readonly HealthCheck[];
}

/** One line about each request, for the log. */
export interface RequestLine {
  readonly method: string;
  /** The path of the contract, never the one that was asked for: that may hold a secret. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
  readonly actor: Actor | undefined;
}

/** What the API needs of the service. */
export interface ApiDeps {
  readonly service: Service;
  readonly version: string;
  readonly checkToken: (token: string) => Promise<TokenVerdict>;
  readonly health: () => Health;
  /** Metrics in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  /** The newest packets that the firewall logged. Throws a `Slash32Error` where it has no log, or does not show it. */
  readonly filterLog: (limit: number, signal: AbortSignal) => Promise<readonly LoggedPacket[]>;
  readonly onRequest: (line: RequestLine) => void;
  /** Hears of what was not foreseen, with all its details. */
  readonly onDefect: (error: unknown, route: string) => void;
}

/** Who asks, and what he may do. */
export interface Caller {
  readonly actor: Actor;
  readonly role: Role;
}

/** A request that was authenticated and judged. */
export interface ApiRequest {
  readonly values: Values;
  readonly caller: Caller;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/** What is answered; `body` is JSON unless it is a text with a type of its own. */
export interface Answer<T = unknown> {
  readonly status: number;
  readonly body?: T;
  readonly text?: { readonly type: string; readonly content: string };
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one operation; what it refuses is thrown as a `Slash32Error`. */
export type Handler<T = unknown> = (request: ApiRequest, deps: ApiDeps) => Answer<T> | Promise<Answer<T>>;
