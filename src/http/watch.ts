import type { Response } from 'express';
import type { Run, RunEvent } from '../service/types/run.js';
import type { Service } from '../service/types/service.js';
import { runView } from './handlers/runs.js';

const HEARTBEAT_MS = 15_000;
/** A client that reads so slowly is let go, and may come back with Last-Event-ID. */
const MOST_BUFFERED = 1024 * 1024;
/** How long a client may take to read the rest when the run has ended. */
const LAST_READ_MS = 30_000;

/**
 * Streams the progress of a run as server-sent events (HTML standard, 9.2): first what happened already, after `lastId`, then
 * each line as it comes; ends with the run. Ids are the numbers of the log's lines.
 */
export function watchRun(
  response: Response,
  service: Service,
  run: Run,
  lastId: number,
  toText: (data: unknown) => string = JSON.stringify,
): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  let sent = 0;
  let isOpen = true;
  const write = (text: string): void => {
    if (!isOpen) return;
    response.write(text);
    if (response.writableLength > MOST_BUFFERED) response.destroy();
  };
  const send = (event: string, data: unknown, id?: number): void => {
    const name = id === undefined ? '' : `id: ${id}\n`;
    write(`${name}event: ${event}\ndata: ${toText(data)}\n\n`);
  };
  const catchUp = (now: Run): void => {
    for (const line of now.log.slice(sent)) {
      sent += 1;
      if (sent > lastId) send('log', line, sent);
    }
  };
  const hear = (event: RunEvent): void => {
    if (event.type === 'log') {
      const now = event.runId === run.id ? service.run(run.id) : undefined;
      if (now !== undefined) catchUp(now);
      return;
    }
    if (event.run.id !== run.id) return;
    catchUp(event.run);
    send('state', runView(event.run));
    if (event.run.state === 'ended' && isOpen) finish();
  };

  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
  heartbeat.unref();
  const stop = service.subscribe(hear);
  const leave = (): void => {
    isOpen = false;
    clearInterval(heartbeat);
    stop();
  };
  const finish = (): void => {
    leave();
    response.end();
    // What is written may wait for ever in front of a client that does not read.
    const giveUp = setTimeout(() => response.destroy(), LAST_READ_MS);
    giveUp.unref();
    response.on('close', () => clearTimeout(giveUp));
  };
  response.on('close', leave);
  hear({ type: 'state', run });
}
