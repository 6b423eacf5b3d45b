import * as controls from './handlers/controls.js';
import * as firewall from './handlers/firewall.js';
import * as policy from './handlers/policy.js';
import * as runs from './handlers/runs.js';
import * as service from './handlers/service.js';
import type { OperationId } from './roles.js';
import type { Handler } from './types.js';

/** How each operation of the contract is done. `watchRun` streams, and has its own place. */
export const OPERATIONS: Readonly<Record<OperationId, Handler | undefined>> = {
  getVersion: service.getVersion,
  getStatus: service.getStatus,
  getHealth: service.getHealth,
  getLiveness: service.getLiveness,
  getReadiness: service.getReadiness,
  getMetrics: service.getMetrics,
  listFindings: service.listFindings,
  listSchedules: service.listSchedules,
  listInstances: firewall.listInstances,
  listSegments: firewall.listSegments,
  listReservations: firewall.listReservations,
  getPlan: firewall.getPlan,
  explainFlow: policy.explainFlow,
  listReach: policy.listReach,
  watchPolicy: policy.watchPolicy,
  listPolicyTests: policy.listPolicyTests,
  listRuns: runs.listRuns,
  getRun: runs.getRun,
  listRunChanges: runs.listRunChanges,
  getRunLog: runs.getRunLog,
  watchRun: undefined,
  startRun: runs.startRun,
  cancelRun: runs.cancelRun,
  getPending: controls.getPending,
  confirmPending: controls.confirmPending,
  rollbackPending: controls.rollbackPending,
  pause: controls.pause,
  resume: controls.resume,
  releaseHold: controls.releaseHold,
};
