import type { Writable } from 'node:stream';
import winston from 'winston';
import type { Redactor } from '../secrets/redactor.js';

/** What belongs to a line beside its words. */
export type LogDetails = Readonly<Record<string, unknown>>;

/**
 * Writes what the program does, step by step, for whoever has to find out later. Never a secret, and never a failure: a log
 * that cannot be written stops nothing.
 */
export interface Logger {
  debug(message: string, details?: LogDetails): void;
  info(message: string, details?: LogDetails): void;
  warn(message: string, details?: LogDetails): void;
  error(message: string, details?: LogDetails): void;
  /** The same log with these details on each line: the id of a run. */
  child(details: LogDetails): Logger;
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
  const transport = new winston.transports.Stream({ stream });
  transport.on('error', () => undefined);
  const logger = winston.createLogger({ level, format: combine(timestamp(), line), transports: [transport] });
  return loggerOn(logger, {});
}

function loggerOn(logger: winston.Logger, always: LogDetails): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, details: LogDetails = {}): void =>
      void logger.log(level, message, { ...always, ...details });
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (details) => loggerOn(logger, { ...always, ...details }),
  };
}
