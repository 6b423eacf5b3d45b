/** How much a finding matters. */
export type Severity = 'info' | 'warning' | 'error';

/** One thing that somebody should look at: what the last plan warned about, and what the service noticed about itself. */
export interface Finding {
  /** Stable while the same thing stands: the code, the segment and the object. */
  readonly id: string;
  /** A code of the plan's warnings or of the service (`SERVICE_FINDINGS`), in kebab-case: `pool-full`, `plan-held`. */
  readonly code: string;
  readonly severity: Severity;
  readonly segment: string | undefined;
  /** What it is about: an NIC, an address, a stream. */
  readonly object: string | undefined;
  readonly message: string;
  /** What to do, where there is something to do. */
  readonly remedy: string | undefined;
  /** Since when it stands. ISO 8601, UTC. */
  readonly since: string;
}

/** What the service notices about itself. */
export const SERVICE_FINDINGS = {
  'plan-held': 'The same plan was rolled back before, so it is not applied again by itself.',
  'plan-unsafe': 'The last plan needs a person.',
  'part-waiting': 'A part of the plan waits for a person; the rest goes on.',
  'applying-paused': 'Applying is paused.',
  'writes-reversed': 'Somebody undoes what this service writes; another service may use the same owner id.',
  'events-down': 'The event stream of Incus is not connected; changes are seen by the clock only.',
  'events-blind': 'The event stream is connected, but changes were found that no event had announced.',
  'apply-waiting': 'An apply waits on the firewall to be confirmed.',
  'cut-off': 'The firewall holds a change of ours and cannot be reached; it puts back what was there by itself.',
  'disk-unwritable': 'The journal or the state cannot be written, so nothing is applied.',
  'configuration-old': 'The configuration file is another one than the service uses.',
  'configuration-refused': 'What was read again is not taken: the service goes on with what it had.',
  'run-failing': 'The last runs failed.',
  'nic-left-out': 'An NIC gets no reservation.',
  'project-throttled': 'Several NICs of a project wait, because a limit keeps it from what it asks for.',
  'segment-left-alone': 'A segment could not be planned.',
  'ha-open': 'The other node of a pair has not said yet what it did with a change.',
  'ha-debt': 'The other node of a pair has not taken a change.',
  'policy-test': 'A test of the policy does not hold on the firewall.',
} as const;
