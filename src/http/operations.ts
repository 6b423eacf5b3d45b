import type { Role } from '../state/token-store.js';
import * as controls from './handlers/controls.js';
import * as firewall from './handlers/firewall.js';
import * as policy from './handlers/policy.js';
import * as runs from './handlers/runs.js';
import * as service from './handlers/service.js';
import type { Handler } from './types.js';

/** Who may do what, and how it is done: one line for each operation of the contract. `watchRun` streams, and has its own place. */
export const OPERATIONS: Readonly<Record<string, { readonly role: Role; readonly handle: Handler | undefined }>> = {
  getVersion: { role: 'viewer', handle: service.getVersion },
  getStatus: { role: 'viewer', handle: service.getStatus },
  getHealth: { role: 'viewer', handle: service.getHealth },
  getLiveness: { role: 'viewer', handle: service.getLiveness },
  getReadiness: { role: 'viewer', handle: service.getReadiness },
  getMetrics: { role: 'viewer', handle: service.getMetrics },
  listFindings: { role: 'viewer', handle: service.listFindings },
  listSchedules: { role: 'viewer', handle: service.listSchedules },
  listInstances: { role: 'viewer', handle: firewall.listInstances },
  listSegments: { role: 'viewer', handle: firewall.listSegments },
  listReservations: { role: 'viewer', handle: firewall.listReservations },
  getPlan: { role: 'viewer', handle: firewall.getPlan },
  explainFlow: { role: 'viewer', handle: policy.explainFlow },
  listReach: { role: 'viewer', handle: policy.listReach },
  watchPolicy: { role: 'viewer', handle: policy.watchPolicy },
  listPolicyTests: { role: 'viewer', handle: policy.listPolicyTests },
  listRuns: { role: 'viewer', handle: runs.listRuns },
  getRun: { role: 'viewer', handle: runs.getRun },
  listRunChanges: { role: 'viewer', handle: runs.listRunChanges },
  getRunLog: { role: 'viewer', handle: runs.getRunLog },
  watchRun: { role: 'viewer', handle: undefined },
  startRun: { role: 'operator', handle: runs.startRun },
  cancelRun: { role: 'operator', handle: runs.cancelRun },
  getPending: { role: 'viewer', handle: controls.getPending },
  confirmPending: { role: 'operator', handle: controls.confirmPending },
  rollbackPending: { role: 'operator', handle: controls.rollbackPending },
  pause: { role: 'operator', handle: controls.pause },
  resume: { role: 'operator', handle: controls.resume },
  releaseHold: { role: 'admin', handle: controls.releaseHold },
};
