import { describe, expect, it } from 'vitest';
import { clockTime, dayAndTime } from '../../src/model/clock-time.js';

/** A date as a machine in that zone has it. */
function local(offset: number): Date {
  const at = new Date('2026-11-23T23:30:05Z');
  const there = new Date(at.getTime() - offset * 60_000);
  return Object.assign(at, {
    getTimezoneOffset: () => offset,
    getFullYear: () => there.getUTCFullYear(),
    getMonth: () => there.getUTCMonth(),
    getDate: () => there.getUTCDate(),
    getHours: () => there.getUTCHours(),
    getMinutes: () => there.getUTCMinutes(),
    getSeconds: () => there.getUTCSeconds(),
  });
}

describe('a time in a sentence', () => {
  it.each([
    [0, '23:30:05 UTC', '2026-11-23 23:30:05 UTC'],
    [-60, '00:30:05 UTC+01:00', '2026-11-24 00:30:05 UTC+01:00'],
    [210, '20:00:05 UTC-03:30', '2026-11-23 20:00:05 UTC-03:30'],
    [-345, '05:15:05 UTC+05:45', '2026-11-24 05:15:05 UTC+05:45'],
  ])('carries its zone, and the day of that zone (%i minutes)', (offset, clock, day) => {
    expect(clockTime(local(offset))).toBe(clock);
    expect(dayAndTime(local(offset))).toBe(day);
  });
});
