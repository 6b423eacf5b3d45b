import type { Writable } from 'node:stream';
import winston from 'winston';
import type { Redactor } from '../secrets/redactor.js';

/** Writes what the program does, step by step, for whoever has to find out later. Never a secret. */
export interface Logger {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  debug(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** A logger on a stream; every line passes through the redactor. `json` is for machines, the other form for people. */
export function createLogger(stream: Writable, level: 'info' | 'debug', json: boolean, redactor: Redactor): Logger {
  const { combine, timestamp, printf } = winston.format;
  const line = printf(({ timestamp: time, level: name, message, ...details }) => {
    const text = json
      ? JSON.stringify({ time, level: name, message, ...details })
      : `${String(time)} ${name} ${String(message)}${Object.keys(details).length > 0 ? ` ${JSON.stringify(details)}` : ''}`;
    return redactor.redact(text);
  });
  const logger = winston.createLogger({
    level,
    format: combine(timestamp(), line),
    transports: [new winston.transports.Stream({ stream })],
  });
  return {
    info: (message, details = {}) => void logger.info(message, details),
    debug: (message, details = {}) => void logger.debug(message, details),
  };
}
