import { createTask, type ScheduledTask } from 'node-cron';
import type { ScheduleConfig } from '../config/types.js';
import type { Schedule } from '../service/types/status.js';
import type { Trigger } from '../service/types/trigger.js';

/** The runs by the clock. */
export interface Schedules {
  /** What runs when, with the next time of each. */
  list(): readonly Schedule[];
  stop(): void;
}

/** What schedules need from outside. */
export interface SchedulesDeps {
  readonly trigger: (trigger: Trigger) => void;
  readonly now: () => Date;
}

const REASONS = { reconcile: 'reconcile by the clock', drift: 'drift check by the clock' } as const;

/**
 * Starts the configured schedules. A time that passed while the machine slept or was busy is made up for as soon as that is
 * noticed: whoever sleeps through 03:00 is looked at when he wakes up.
 */
export function startSchedules(config: ScheduleConfig, deps: SchedulesDeps): Schedules {
  const timezone = config.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const started = (['reconcile', 'drift'] as const).flatMap((name) => {
    const cron = config[name];
    return cron === undefined ? [] : [startOne(name, cron, timezone, deps)];
  });
  return {
    list: () => started.map((one) => one.describe()),
    stop: () => {
      for (const { task } of started) void task.destroy();
    },
  };
}

interface Started {
  readonly task: ScheduledTask;
  readonly describe: () => Schedule;
}

function startOne(name: keyof typeof REASONS, cron: string, timezone: string, deps: SchedulesDeps): Started {
  let lastAt: string | undefined;
  const fire = (suffix: string): void => {
    lastAt = deps.now().toISOString();
    deps.trigger({ kind: name === 'drift' ? 'drift' : 'schedule', reason: `${REASONS[name]}${suffix}` });
  };
  const task = createTask(cron, () => fire(''), { timezone, name, unref: true, suppressMissedWarning: true });
  task.on('execution:missed', () => fire(', made up for'));
  void task.start();
  return {
    task,
    describe: () => ({ name, cron, timezone, nextAt: nextOf(task, deps.now()), lastAt }),
  };
}

function nextOf(task: ScheduledTask, now: Date): string {
  return (task.getNextRun() ?? now).toISOString();
}
