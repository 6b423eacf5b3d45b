import { DEFAULT_SHARES } from '../model/settings.js';

/** `limits:` of slash32.yaml. */
export const LIMITS_SCHEMA = {
  type: 'object',
  default: {},
  additionalProperties: false,
  description:
    'Beyond `share` and `total` deletions wait for a person; beyond the others nobody gets more of a segment, and keeps what he has.',
  'x-hint': 'Write for example: limits: { share: 0.3, total: 25 }',
  properties: {
    share: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0.3,
      'x-hint': 'Write a share from 0 to 1: 0.3 is 30 %.',
      description:
        "Share of a project's own entries on a segment that a plan may delete or move to another address, 0 to 1.",
    },
    share_from: {
      type: 'integer',
      minimum: 1,
      default: 3,
      'x-hint': 'Write a whole number from 1 on.',
      description: 'The share counts only from this many such entries on.',
    },
    total: {
      type: 'integer',
      minimum: 0,
      default: 25,
      'x-hint': 'Write a whole number from 0 on.',
      description:
        'How many entries of a project a plan may delete or move in all; `0` makes every deletion wait for a person.',
    },
    project_share: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: DEFAULT_SHARES.project,
      'x-hint': 'Write a share from 0 to 1: 0.9 is 90 %.',
      description:
        "Share of a segment's pool that one of several projects may hold, 0 to 1, with the addresses that are in quarantine because of it.",
    },
    pin_share: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: DEFAULT_SHARES.pins,
      'x-hint': 'Write a share from 0 to 1: 0.75 is 75 %.',
      description:
        "Share of a segment's pool that one of several projects may choose for itself by pins, 0 to 1. Addresses that `pins` of the segment gives to a project are not counted.",
    },
    instance_nics: {
      type: 'integer',
      minimum: 1,
      default: DEFAULT_SHARES.instanceNics,
      'x-hint': 'Write a whole number from 1 on.',
      description: 'How many NICs of one instance get a reservation on a segment.',
    },
    instance_addresses: {
      type: 'integer',
      minimum: 1,
      default: DEFAULT_SHARES.instanceAddresses,
      'x-hint': 'Write a whole number from 1 on.',
      description:
        'How many addresses of a segment one instance may hold, with those that are in quarantine because of it.',
    },
  },
} as const;
