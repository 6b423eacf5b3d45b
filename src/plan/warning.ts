import type { FindingOf } from '../findings/catalogue.js';

/** Something a person should know before saying yes. */
export type Warning = FindingOf<'warning' | 'policy'>;
