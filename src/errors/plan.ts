import { defineErrors } from './entry.js';

/** Failures between a plan and its apply. */
export const PLAN_ERRORS = defineErrors({
  S32_PLAN_FILE: {
    title: 'a plan file cannot be used',
    meaning: 'The file is no plan, is of another format, owner or firewall, or was changed after slash32 wrote it.',
    remedy: 'Write a new one with: slash32 plan --out FILE',
    retryable: false,
  },
  S32_PLAN_CHANGED: {
    title: 'the plan is no longer the one that was approved',
    meaning:
      'Inventory, configuration or firewall changed since the plan was approved, so that other changes would be made now. ' +
      'The exit code is 3.',
    remedy: 'Look at the difference, run slash32 plan again, and approve the new checksum.',
    retryable: false,
  },
  S32_PART_UNKNOWN: {
    title: 'no such part of the plan waits',
    meaning:
      'The part that was approved is not among those that wait: what it would do is something else by now, or is not to be done any ' +
      'more, or nothing overrides what it waits for. Nothing was changed. The exit code is 3.',
    remedy: 'Look at what waits with slash32 plan, and approve it by its id of now.',
    retryable: false,
  },
  S32_UNSAFE: {
    title: 'the plan is unsafe',
    meaning:
      'All that is to be done would delete or move many entries, rests on a poor view, or could lock somebody out, and waits for a ' +
      'person. The exit code is 3.',
    remedy:
      'Read the reasons. If they are intended, approve each part by its id, or repeat with the flag that is named.',
    retryable: false,
  },
});
