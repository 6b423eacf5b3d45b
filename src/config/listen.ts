import { isIP } from 'node:net';

/** Where a server listens. */
export interface Listen {
  /** An IP address without brackets. */
  readonly host: string;
  /** 0 is a free one, for tests. */
  readonly port: number;
}

/** `127.0.0.1:3232`, `[::1]:3232`, `localhost:3232`; undefined when it is none. Names are not looked up. */
export function parseListen(text: string): Listen | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+|localhost)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) return undefined;
  const host = match[1] ?? match[2] ?? '';
  if (host === 'localhost') return { host: '127.0.0.1', port };
  const isBracketed = match[1] !== undefined;
  return isIP(host) === (isBracketed ? 6 : 4) ? { host, port } : undefined;
}

/** Whether only this machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
