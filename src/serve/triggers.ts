import type { Config } from '../config/types.js';
import type { Schedule } from '../service/types/status.js';
import { type EventsDeps, startEvents } from './events.js';
import { startSchedules } from './schedules.js';

/** What makes the service look without anybody asking. */
export interface Triggers {
  schedules(): readonly Schedule[];
  stop(): void;
}

/** Starts the schedules and the event stream of a configuration. */
export function startTriggers(config: Config, deps: EventsDeps): Triggers {
  const schedules = startSchedules(config.schedule, { trigger: deps.reconciler.trigger, now: deps.now });
  const stopEvents = startEvents(config.source, deps);
  return {
    schedules: schedules.list,
    stop() {
      schedules.stop();
      stopEvents();
    },
  };
}
