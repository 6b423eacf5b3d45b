import { defineErrors } from './entry.js';

/** What the running service refuses, and what is wrong with what it keeps. */
export const SERVICE_ERRORS = defineErrors({
  S32_RUN_QUEUE: {
    title: 'too many runs wait already',
    meaning: 'Every run that is asked for has its turn, one after the other, and the queue has an end.',
    remedy: 'Wait until some of them have ended, or cancel them. A trigger needs no place in the queue.',
    retryable: true,
  },
  S32_RUN_KEY: {
    title: 'this Idempotency-Key was used for another run',
    meaning:
      'The same key gives the same run for 24 hours, so that a request can be repeated; it cannot ask for something else.',
    remedy: 'Take a new key for a new run.',
    retryable: false,
  },
  S32_RUN_UNKNOWN: {
    title: 'there is no such run',
    meaning: 'The service knows the newest runs only; older ones are in the journal.',
    remedy: 'See: slash32 history',
    retryable: false,
  },
  S32_RUN_ENDED: {
    title: 'the run has ended already',
    meaning: 'A run that has ended cannot be cancelled.',
    remedy: 'Look at its outcome: slash32 show RUN',
    retryable: false,
  },
  S32_RUN_WRITING: {
    title: 'the run is writing to the firewall',
    meaning:
      'From the first write on a run is not broken off: it writes all of its plan, and confirms it or sees it undone.',
    remedy: 'Wait until it has ended. An apply that waits to be confirmed can be rolled back: slash32 rollback',
    retryable: true,
  },
  S32_RUN_OPTIONS: {
    title: 'the firewall cannot do what the run asks for',
    meaning:
      'Only the plugin os-slash32 undoes an apply that nobody confirms, and knows which configuration uses an owner id.',
    remedy: 'Leave the option out, or install os-slash32 on the firewall and write transport: plugin.',
    retryable: false,
  },
  S32_SERVICE_STATE: {
    title: 'that is how it is already',
    meaning: 'Applying is paused or is not, and a plan is held or is not; asking for it twice changes nothing.',
    remedy: 'See: slash32 status',
    retryable: false,
  },
  S32_SERVICE_STOPPING: {
    title: 'the service is ending',
    meaning: 'It was told to end, begins nothing new, and waits only for what it is writing.',
    remedy: 'Ask again when it has started again.',
    retryable: true,
  },
});
