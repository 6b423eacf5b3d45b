import { EventEmitter } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import type { Response } from 'express';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { watchRun } from '../../src/http/watch.js';
import { countListeners, ENDED_ID, type FakeService, fakeService, RUNNING_ID, runningRun } from './fake-service.js';
import { eventually, type Rig, startRig, TOKENS } from './rig.js';

/** One event of a stream as a browser reads it. */
interface Event {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: unknown;
}

function eventsOf(text: string): Event[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith(':'))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: ([^\\n]*)$`, 'm').exec(block)?.[1];
      return { id: field('id'), event: field('event'), data: JSON.parse(field('data') ?? 'null') };
    });
}

function kinds(events: readonly Event[]): string[] {
  return events.map(({ event, data }) => {
    const { message, state } = data as { message?: string; state?: string };
    return `${event} ${message ?? state}`;
  });
}

/** A stream that goes on, with all that came so far. */
function open(rig: Rig, headers: Readonly<Record<string, string>> = {}) {
  const stream = { text: '', ended: false, outgoing: undefined as ClientRequest | undefined };
  const outgoing = request(
    {
      port: rig.port,
      path: `/v1/runs/${RUNNING_ID}/events`,
      headers: { authorization: `Bearer ${TOKENS.viewer}`, ...headers },
      agent: false,
    },
    (response) => {
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        stream.text += chunk;
      });
      response.on('end', () => {
        stream.ended = true;
      });
      response.on('error', () => undefined);
    },
  );
  outgoing.on('error', () => undefined);
  outgoing.end();
  stream.outgoing = outgoing;
  onTestFinished(() => void outgoing.destroy());
  return stream;
}

async function running(): Promise<{ rig: Rig; listeners: () => number }> {
  const service = fakeService();
  const listeners = countListeners(service);
  service.put(runningRun());
  service.log(RUNNING_ID, 'reads');
  service.log(RUNNING_ID, 'plans');
  return { rig: await startRig({ service }), listeners };
}

function end(service: FakeService): void {
  const run = service.all.get(RUNNING_ID) ?? runningRun();
  service.put({ ...run, state: 'ended', outcome: 'applied' });
}

describe('the events of a run', () => {
  it('begin with what happened, go on as it happens, and end with the run', async () => {
    const { rig, listeners } = await running();
    const stream = open(rig);
    await eventually(() => kinds(eventsOf(stream.text))).toEqual(['log reads', 'log plans', 'state running']);
    rig.service.log(RUNNING_ID, 'writes');
    await eventually(() => eventsOf(stream.text).length).toBe(4);
    expect(stream.ended).toBe(false);
    end(rig.service);
    await eventually(() => stream.ended).toBe(true);
    const events = eventsOf(stream.text);
    expect(kinds(events).slice(3)).toEqual(['log writes', 'state ended']);
    expect(events.map(({ id }) => id)).toEqual(['1', '2', undefined, '3', undefined]);
    await eventually(listeners).toBe(0);
  });

  it('are those of this run only', async () => {
    const { rig } = await running();
    const stream = open(rig);
    await eventually(() => eventsOf(stream.text).length).toBe(3);
    rig.service.log(ENDED_ID, 'of another one');
    rig.service.put({ ...runningRun(), id: '20261123T083000Z-00000d' });
    end(rig.service);
    await eventually(() => stream.ended).toBe(true);
    expect(stream.text).not.toContain('another');
    expect(kinds(eventsOf(stream.text))).toEqual(['log reads', 'log plans', 'state running', 'state ended']);
  });

  it('of a run that has ended are over at once', async () => {
    const rig = await startRig();
    const reply = await rig.ask({ path: `/v1/runs/${ENDED_ID}/events`, token: TOKENS.viewer });
    expect(reply.headers['content-type']).toMatch(/^text\/event-stream/);
    expect(kinds(eventsOf(reply.text))).toEqual(['log reads', 'log plans', 'log writes', 'state ended']);
  });

  it('go on after the last one that was received', async () => {
    const rig = await startRig();
    const headers = { 'last-event-id': '2' };
    const reply = await rig.ask({ path: `/v1/runs/${ENDED_ID}/events`, token: TOKENS.viewer, headers });
    expect(kinds(eventsOf(reply.text))).toEqual(['log writes', 'state ended']);
  });

  it('are not written for somebody who only asks for the head', async () => {
    const { rig, listeners } = await running();
    const reply = await rig.ask({ method: 'HEAD', path: `/v1/runs/${RUNNING_ID}/events`, token: TOKENS.viewer });
    expect([reply.status, reply.text, listeners()]).toEqual([200, '', 0]);
  });

  it('are heard by nobody any more when the client has gone', async () => {
    const { rig, listeners } = await running();
    const stream = open(rig);
    await eventually(() => eventsOf(stream.text).length).toBe(3);
    expect(listeners()).toBe(1);
    stream.outgoing?.destroy();
    await eventually(listeners).toBe(0);
    rig.service.log(RUNNING_ID, 'to nobody');
  });

  it('keep each event in its lines, whatever a line of the log says', async () => {
    const { rig } = await running();
    rig.service.log(RUNNING_ID, 'a\n\nevent: state\ndata: {}\r\n\u2028b');
    end(rig.service);
    const reply = await rig.ask({ path: `/v1/runs/${RUNNING_ID}/events`, token: TOKENS.viewer });
    expect(eventsOf(reply.text)[2]?.data).toMatchObject({ message: 'a\n\nevent: state\ndata: {}\r\n\u2028b' });
  });
});

/** A response whose client reads nothing: what is written stays. */
function stuckResponse() {
  const written: string[] = [];
  const state = { ended: false, destroyed: false, writtenAfterEnd: 0 };
  const emitter = new EventEmitter();
  const response = Object.assign(emitter, {
    req: { method: 'GET' },
    writableLength: 0,
    writeHead: () => response,
    flushHeaders: () => undefined,
    write(text: string) {
      if (state.ended || state.destroyed) state.writtenAfterEnd += 1;
      written.push(text);
      response.writableLength += text.length;
      return false;
    },
    end() {
      state.ended = true;
    },
    destroy() {
      state.destroyed = true;
      emitter.emit('close');
    },
  });
  return { response: response as unknown as Response, written, state };
}

describe('a client that reads slowly', () => {
  afterEach(() => void vi.useRealTimers());

  it('hears a comment every fifteen seconds, so that nothing in between cuts the connection', () => {
    vi.useFakeTimers();
    const { response, written, state } = stuckResponse();
    const service = fakeService();
    service.put(runningRun());
    watchRun(response, service, runningRun(), 0);
    vi.advanceTimersByTime(46_000);
    expect(written.filter((text) => text.startsWith(':'))).toHaveLength(3);
    response.destroy();
    vi.advanceTimersByTime(60_000);
    expect(state.writtenAfterEnd).toBe(0);
  });

  it('is let go before it fills the memory', () => {
    const { response, written, state } = stuckResponse();
    const service = fakeService();
    const listeners = countListeners(service);
    service.put(runningRun());
    watchRun(response, service, runningRun(), 0);
    for (let n = 0; n < 2_000 && !state.destroyed; n += 1) service.log(RUNNING_ID, 'x'.repeat(10_000));
    expect(state.destroyed).toBe(true);
    expect(written.join('').length).toBeLessThan(3 * 1024 * 1024);
    service.log(RUNNING_ID, 'more');
    expect([state.writtenAfterEnd, listeners()]).toEqual([0, 0]);
  });

  it('is written nothing any more after the end of the run, and is let go in the end', () => {
    vi.useFakeTimers();
    const { response, state } = stuckResponse();
    const service = fakeService();
    const listeners = countListeners(service);
    service.put(runningRun());
    watchRun(response, service, runningRun(), 0);
    end(service);
    expect([state.ended, listeners()]).toEqual([true, 0]);
    service.put({ ...runningRun(), state: 'ended' });
    vi.advanceTimersByTime(120_000);
    expect(state).toEqual({ ended: true, destroyed: true, writtenAfterEnd: 0 });
  });
});
