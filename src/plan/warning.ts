import type { FindingCode } from '../findings/catalogue.js';

/** Something a person should know before saying yes. */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
}

export type WarningCode = FindingCode<'warning' | 'policy'>;
