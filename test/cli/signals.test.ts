import { describe, expect, it } from 'vitest';
import { ECHO_MS, endOnSignals } from '../../src/cli/signals.js';

describe('signals that ask for an end', () => {
  it.each([
    ['one SIGTERM asks once', ['SIGTERM@0'], 1, []],
    ['timeout tells the program and its group: two SIGTERM are one request', ['SIGTERM@0', 'SIGTERM@3'], 1, []],
    ['npm hands on the Ctrl-C that the terminal has sent already', ['SIGINT@0', 'SIGINT@40'], 1, []],
    ['a repeated SIGTERM never cuts off what is being written', ['SIGTERM@0', `SIGTERM@${ECHO_MS * 10}`], 1, []],
    ['a terminal that closes after Ctrl-C changes nothing', ['SIGINT@0', `SIGHUP@${ECHO_MS}`], 1, []],
    ['Ctrl-C again after a while leaves at once', ['SIGINT@0', `SIGINT@${ECHO_MS}`], 1, [130]],
    ['Ctrl-C leaves at once what a SIGTERM has asked to end', ['SIGTERM@0', `SIGINT@${ECHO_MS + 1}`], 1, [130]],
  ])('%s', (_name, sent, ends, exits) => {
    const heard = new Map<string, () => void>();
    const left: number[] = [];
    let asked = 0;
    let now = 0;
    endOnSignals(() => (asked += 1), {
      on: (signal, hear) => heard.set(signal, hear),
      clock: () => now,
      exit: (code) => left.push(code),
      signals: ['SIGINT', 'SIGTERM', 'SIGHUP'],
    });
    for (const one of sent) {
      const [signal = '', at] = one.split('@');
      now = Number(at);
      heard.get(signal)?.();
    }
    expect({ asked, left }).toEqual({ asked: ends, left: exits });
  });
});
