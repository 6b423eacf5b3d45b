import type { DhcpFault } from '../../../model/firewall.js';

/** What a warning is about. `duplicate` and `in-range` are also seen by a plan of the segment. */
export type WarningKind = 'duplicate' | 'in-range' | 'outside' | 'mask' | 'options' | 'other';

/** Something risky that DHCP lives with. */
export interface DhcpWarning extends DhcpFault {
  readonly kind: WarningKind;
}

/** Collects what is found on one interface. */
export interface Report {
  fault(object: string, message: string): void;
  warn(kind: WarningKind, object: string, message: string): void;
}

/** A report that puts what it is told on the lists given. */
export function reportOn(id: string, faults: DhcpFault[], warnings: DhcpWarning[]): Report {
  return {
    fault: (object, message) => faults.push({ interface: id, object, message }),
    warn: (kind, object, message) => warnings.push({ interface: id, object, message, kind }),
  };
}
