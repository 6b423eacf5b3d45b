/** A duration in slash32.yaml; `parseDuration` reads it. */
export const DURATION = {
  type: ['string', 'integer'],
  'x-type': 'duration',
  pattern: '^(0|[0-9]{1,6}[smhdw])$',
  minimum: 0,
  maximum: 0,
  'x-hint': 'Write a number and a unit: 90m, 24h, 7d (s, m, h, d, w), or 0.',
} as const;
