import type { RunOptions } from '../service/types/run.js';
import type { Role } from '../state/roles.js';

/** What each operation of the contract needs; who has a role may do all that the ones before it may. */
export const ROLE_OF = {
  getVersion: 'viewer',
  getStatus: 'viewer',
  getHealth: 'viewer',
  getLiveness: 'viewer',
  getReadiness: 'viewer',
  getMetrics: 'viewer',
  listFindings: 'viewer',
  listSchedules: 'viewer',
  listInstances: 'viewer',
  listSegments: 'viewer',
  listReservations: 'viewer',
  getPlan: 'viewer',
  explainFlow: 'viewer',
  listReach: 'viewer',
  watchPolicy: 'viewer',
  listPolicyTests: 'viewer',
  listRuns: 'viewer',
  getRun: 'viewer',
  listRunChanges: 'viewer',
  getRunLog: 'viewer',
  watchRun: 'viewer',
  startRun: 'operator',
  cancelRun: 'operator',
  getPending: 'viewer',
  confirmPending: 'operator',
  rollbackPending: 'operator',
  pause: 'operator',
  resume: 'operator',
  releaseHold: 'admin',
} as const satisfies Readonly<Record<string, Role>>;

/** An operation of the contract. */
export type OperationId = keyof typeof ROLE_OF;

/** What of a run overrides a guard, and is for administrators alone: the name of the field, and whether a run asks for it. */
export const ADMIN_WISHES: readonly { readonly field: string; readonly asks: (options: RunOptions) => boolean }[] = [
  { field: 'force', asks: ({ force }) => force },
  { field: 'acceptLockoutRisk', asks: ({ acceptLockoutRisk }) => acceptLockoutRisk },
  { field: 'approve', asks: ({ approve }) => (approve ?? []).length > 0 },
  { field: 'acceptNew', asks: ({ acceptNew }) => acceptNew === true },
  { field: 'onBackup', asks: ({ onBackup }) => onBackup === true },
  { field: 'takeOver', asks: ({ takeOver }) => takeOver },
  { field: 'adopt', asks: ({ adopt }) => adopt !== 'none' },
  // Nobody could come back and confirm, so the firewall would keep a change that cut everybody off.
  { field: 'confirmSeconds: 0', asks: ({ confirmSeconds }) => confirmSeconds === 0 },
];

/** The role that an operation needs. */
export function roleOf(id: string): Role | undefined {
  return (ROLE_OF as Readonly<Record<string, Role>>)[id];
}
