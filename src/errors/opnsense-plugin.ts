import { defineErrors } from './entry.js';

/** Failures of the `plugin` transport: what os-slash32 refuses, and what became of an apply that was to be confirmed. */
export const OPNSENSE_PLUGIN_ERRORS = defineErrors({
  S32_PLUGIN_MISSING: {
    title: 'the firewall has no plugin os-slash32',
    meaning: 'transport: plugin speaks to the plugin os-slash32, and the firewall does not know its calls.',
    remedy:
      'Make the package (npm run plugin:package) and install it on the firewall as plugin/README.md says, or write transport: api.',
    retryable: false,
  },
  S32_PLUGIN_API: {
    title: 'the plugin speaks another version of its API',
    meaning: 'slash32 and os-slash32 are too far apart to understand each other.',
    remedy: 'Update the older of the two.',
    retryable: false,
  },
  S32_PLUGIN_FAILED: {
    title: 'the plugin met something unexpected',
    meaning: 'os-slash32 could not do what it was asked, and it is no refusal. Its message says what it means.',
    remedy: 'Look at System > Log Files > General on the firewall, then run slash32 plan.',
    retryable: false,
  },
  S32_PLUGIN_INVALID: {
    title: 'the plugin refuses the form of an apply',
    meaning: 'A value has a form, length or character that would do harm in dhcpd.conf, in pf or on the status page.',
    remedy: 'Correct what is named; names and descriptions come from Incus.',
    retryable: false,
  },
  S32_PLUGIN_SCOPE: {
    title: 'the plugin may not write there',
    meaning:
      'The settings of os-slash32 list the interfaces that it may write, and the interfaces and ports on which a publish may stand; none is allowed at first.',
    remedy:
      'Add what is named under Services: slash32: Settings, Interfaces or Publishes, or take the segment or the publish out of the configuration.',
    retryable: false,
  },
  S32_PLUGIN_CONFIRM_TIME: {
    title: 'the firewall does not wait that long for a confirmation',
    meaning: 'The time to confirm is above the longest one that the setting of os-slash32 allows.',
    remedy: 'Give a shorter --confirm-within (opnsense.confirm_within), or raise it under Services: slash32: Settings.',
    retryable: false,
  },
  S32_PLUGIN_OWNER: {
    title: 'another configuration has used this owner id',
    meaning:
      'Two configurations with one owner id would delete each other’s entries in turns. The firewall knows them by their state file and host; a lost state file counts as another configuration.',
    remedy: 'Give one of them another owner id. If this configuration replaces the other one: --take-over',
    retryable: false,
  },
  S32_PLUGIN_USER: {
    title: 'this owner is bound to the key of another user',
    meaning:
      'On the firewall, one OPNsense user may act for this owner id, and the API key of this configuration is another user’s. No change of the owner is taken, confirmed or rolled back with it.',
    remedy:
      'Use an API key of that user. Or, on the firewall, change the line of this owner under Services: slash32: Settings, Owners. Until then its own page confirms and rolls back.',
    retryable: false,
  },
  S32_PLUGIN_FOREIGN: {
    title: 'the apply would change an entry that is not ours',
    meaning: 'The firewall found somebody else’s entry where the plan had one of ours, and it was not adopted by name.',
    remedy: 'Run the command again: it reads and plans anew.',
    retryable: true,
  },
  S32_PLUGIN_TAKEN: {
    title: 'a MAC, an address or a name is there twice',
    meaning: 'An entry of the apply has a MAC, an address or a name that another entry of the interface has.',
    remedy: 'Rename the instance or pin another address, or remove the other entry in OPNsense.',
    retryable: false,
  },
  S32_PLUGIN_LOCKOUT: {
    title: 'the apply would lock slash32 out',
    meaning:
      'The firewall refuses static ARP and deny-unknown on the interface that this program comes in on, unless an entry covers its address.',
    remedy: 'Give this machine a reservation with its MAC and address there, or leave the step out of manage.',
    retryable: false,
  },
  S32_PLUGIN_RESTART: {
    title: 'the restart of DHCP would put static ARP in force that nobody asked for',
    meaning:
      'Somebody left static ARP set on an interface where it is not in force. OPNsense puts it in force at the next start of DHCP, ' +
      'which then cuts off everybody there without a reservation.',
    remedy:
      'Clear static ARP on that interface under Services: ISC DHCPv4. Or run the command again: the plan says who would be cut off, and --accept-lockout-risk lets it happen.',
    retryable: false,
  },
  S32_PLUGIN_MODEL: {
    title: 'OPNsense refuses an alias or a rule',
    meaning: 'OPNsense’s own check of aliases and rules does not let a value through.',
    remedy: 'Correct what is named.',
    retryable: false,
  },
  S32_PLUGIN_WATCHDOG: {
    title: 'the firewall could not promise to roll back',
    meaning: 'The process that undoes an unconfirmed change did not start, so nothing was changed.',
    remedy: 'Look at System > Log Files > General on the firewall. --confirm-within 0 applies without that safety.',
    retryable: true,
  },
  S32_PLUGIN_BACKUP_NODE: {
    title: 'this node is not the master of its high-availability pair',
    meaning:
      'On at least one CARP address this node is backup, or it cannot be seen that it is master. What is written here never reaches the master, whose next synchronisation replaces it.',
    remedy: 'Point slash32 at the master. Whoever means this node: --on-backup, with os-slash32 1.5 or newer',
    retryable: true,
  },
  S32_PLUGIN_REFUSED: {
    title: 'the plugin refuses the apply',
    meaning: 'os-slash32 gives a reason that this slash32 does not know.',
    remedy: 'Read its message; update slash32 if it is older than the plugin.',
    retryable: false,
  },
  S32_PLUGIN_PENDING: {
    title: 'an apply is waiting to be confirmed',
    meaning: 'The firewall takes one change of an owner at a time, and undoes it by itself unless it is confirmed.',
    remedy: 'slash32 confirm keeps it, slash32 rollback undoes it; or wait until the firewall has undone it.',
    retryable: true,
  },
  S32_PLUGIN_RESTORED: {
    title: 'DHCP did not come up with the change',
    meaning: 'The plugin saved, dhcpd was not healthy afterwards, and the plugin put back what was before at once.',
    remedy: 'Read the reason; Services > ISC DHCPv4 > Log File on the firewall says more.',
    retryable: false,
  },
  S32_PLUGIN_NOT_AS_PLANNED: {
    title: 'the firewall did not hold what was planned, and was rolled back',
    meaning: 'Reading back over a new connection showed other entries or settings than those that were sent.',
    remedy: 'Run slash32 plan: it shows what is there now. Somebody else may have edited the same entries.',
    retryable: false,
  },
  S32_PLUGIN_NOT_REACHED: {
    title: 'the firewall was not reached again after the apply',
    meaning:
      'No new connection to the firewall came about until the time to confirm was over. The change may have cut this machine off; the firewall undoes it by itself.',
    remedy:
      'Run slash32 plan when the firewall can be reached: it says what became of the change, which probably closed the way in (slash32 explain ADDRESS firewall tcp/443 --after).',
    retryable: false,
  },
  S32_PLUGIN_EXPIRED: {
    title: 'nobody confirmed in time, and the firewall rolled back',
    meaning:
      'The time to confirm was over before a confirmation came, so that the firewall undid the change by itself.',
    remedy:
      'The change probably closed the way in: ask before it is applied again, slash32 explain ADDRESS firewall tcp/443 --after, with the address of slash32. A service holds this plan until slash32 release-hold.',
    retryable: false,
  },
  S32_PLUGIN_LATE: {
    title: 'the confirmation came too late, and the firewall rolled back',
    meaning:
      'The firewall could be reached all the time, and applying took longer than the time to confirm: it undid the change by itself.',
    remedy:
      'Give it more time: --confirm-within SECONDS, or opnsense.confirm_within. The service tries once more by itself with twice the time, and holds the plan only when that was too short as well.',
    retryable: false,
  },
  S32_PLUGIN_ROLLED_BACK: {
    title: 'the change was rolled back',
    meaning: 'Somebody rolled the change back, or the firewall rebooted before it was confirmed.',
    remedy: 'Ask who did it (Services: slash32: Status shows it), then run slash32 plan.',
    retryable: false,
  },
  S32_PLUGIN_CONFIRMED: {
    title: 'the change was confirmed before',
    meaning: 'What is confirmed is kept for good and cannot be rolled back as a whole.',
    remedy: 'Change the configuration or the instances back and apply, or restore a backup in OPNsense.',
    retryable: false,
  },
  S32_PLUGIN_UNSURE: {
    title: 'the answer to an apply was lost',
    meaning:
      'The connection broke off during the apply, and the firewall did not show the change afterwards. It may not have arrived, or still be at work.',
    remedy: 'Run slash32 plan in a minute: it says what became of it.',
    retryable: true,
  },
  S32_PLUGIN_LEFT_WAITING: {
    title: 'the run ended while the change waits to be confirmed',
    meaning: 'Ctrl-C or a termination signal ended the wait. The firewall undoes the change unless it is confirmed.',
    remedy: 'slash32 confirm keeps it, slash32 rollback undoes it at once.',
    retryable: false,
  },
  S32_PLUGIN_NOTHING_WAITS: {
    title: 'no apply of this configuration waits to be confirmed',
    meaning: 'The state file knows of no apply that could be confirmed or rolled back.',
    remedy: 'See Services: slash32: Status on the firewall for what waits there, and of whom.',
    retryable: false,
  },
  S32_PLUGIN_UNKNOWN: {
    title: 'the firewall does not know this change',
    meaning: 'It never arrived, or is too long ago, or it went to another firewall.',
    remedy: 'Run slash32 plan: it shows what is there.',
    retryable: false,
  },
  S32_PLUGIN_NOT_OURS: {
    title: 'the change belongs to another owner',
    meaning: 'The firewall refuses to confirm or roll back the change of another owner id.',
    remedy: 'Use the configuration that made the change.',
    retryable: false,
  },
});
