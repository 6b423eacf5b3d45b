import type { Writable } from 'node:stream';
import winston from 'winston';
import type { Redactor } from '../secrets/redactor.js';
import { plainDetails } from './details.js';
import { humanLine, jsonLine } from './lines.js';
import { createOutlet } from './outlet.js';

/** What belongs to a line beside its words: values of any kind, an error among them. */
export type LogDetails = Readonly<Record<string, unknown>>;

/** Lines of this level and of those before it are written. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/**
 * Writes what the program does, step by step, for whoever has to find out later. Never a secret, and never a failure: a log
 * that cannot be written stops nothing. The words of a message are always the same; what varies is in the details.
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
export function createLogger(stream: Writable, level: LogLevel, json: boolean, redactor: Redactor): Logger {
  const write = json ? jsonLine : humanLine;
  const line = (name: string, message: string, details: readonly LogDetails[]): string =>
    write({
      time: new Date().toISOString(),
      level: name,
      message: redactor.redact(message),
      details: plainDetails(details, redactor.redact),
    });
  const outlet = createOutlet(stream, (lines) => line('warn', 'lines of this log were lost', [{ lines }]));
  const logger = winston.createLogger({
    level,
    // Winston mixes details and message when both are called alike, so it gets them apart.
    format: winston.format.printf((info) => line(info.level, String(info.message), info.details as LogDetails[])),
    transports: [new winston.transports.Stream({ stream: outlet, eol: '\n' })],
  });
  return loggerOn(logger, []);
}

function loggerOn(logger: winston.Logger, always: readonly LogDetails[]): Logger {
  const write =
    (level: LogLevel) =>
    (message: string, details: LogDetails = {}): void =>
      void logger.log({ level, message, details: [...always, details] });
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (details) => loggerOn(logger, [...always, details]),
  };
}
