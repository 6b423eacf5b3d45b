/**
 * Every request that slash32 sends to Incus. A misspelt parameter or a `;` makes Incus answer 200 with a shorter or
 * empty list (docs/facts.md, "Incus: answers"), so no URL is put together anywhere else and none of them has a variable part.
 */
export const INCUS_URLS = {
  server: '/1.0',
  certificates: '/1.0/certificates?recursion=1',
  addCertificate: '/1.0/certificates',
  projects: '/1.0/projects?recursion=1',
  /** Servers older than the extension `networks_all_projects` ignore the parameter and list those of `default`. */
  networks: '/1.0/networks?recursion=1&all-projects=true',
  instances: '/1.0/instances?recursion=1&all-projects=true',
  operations: '/1.0/operations?recursion=1&all-projects=true',
  members: '/1.0/cluster/members?recursion=1',
} as const;

/** One of the URLs that slash32 may ask Incus for. */
export type IncusUrl = (typeof INCUS_URLS)[keyof typeof INCUS_URLS];

/**
 * The event stream. `all-projects` means all that the client may see; without it, it would be the project default alone
 * (docs/facts.md, "Incus: events").
 */
export const EVENTS_PATH = '/1.0/events?type=lifecycle&all-projects=true';
