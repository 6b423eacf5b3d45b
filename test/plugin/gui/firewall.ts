/** One row of the managed reservations as the status API gives it. */
export interface ReservationRow {
  interface: string;
  interface_descr: string;
  ipaddr: string;
  mac: string;
  hostname: string;
  descr: string;
  owner: string;
  nic: string;
}

/** One of the last applies as the status API gives it. */
export interface ApplyRow {
  id: string;
  at: number;
  owner: string;
  user: string;
  host: string;
  summary: string;
  outcome: string;
  revision: string;
  details: string[];
}

/** One entry that a change that waits changes, as the status API gives it. */
export interface ChangeRow {
  kind: string;
  place: string;
  name: string;
  before: string;
  after: string;
}

/** What a test sets up and looks at: a firewall as the status page sees it. */
export interface GuiFirewall {
  reservations: ReservationRow[];
  applies: ApplyRow[];
  scope: string[];
  dhcp: string;
  /** Changes that wait, with the moment (of performance.now()) at which their time is up. */
  waiting: { id: string; owner: string; ends: number; seconds: number; changes: ChangeRow[]; more: number }[];
  /** Milliseconds that the undoing takes after the time is up. */
  undoing: number;
  /** Whether `&`, `<` and `>` go out as entities, as OPNsense does to a browser's session. */
  escapes: boolean;
  /** Answers instead of the usual ones, by the last part of the URL. */
  instead: Map<string, { status: number; body: unknown } | 'silence'>;
  /** Calls that came, oldest first. */
  calls: { method: string; path: string; body: unknown; csrf: string | undefined }[];
}

const OUTCOMES: Record<string, string> = { confirm: 'confirmed', rollback: 'rolled_back' };

/** A firewall where all is settled and nothing is managed. */
export function createGuiFirewall(): GuiFirewall {
  return {
    reservations: [],
    applies: [],
    scope: ['opt1'],
    dhcp: 'running',
    waiting: [],
    undoing: 0,
    escapes: true,
    instead: new Map(),
    calls: [],
  };
}

/** Adds a change that waits for `seconds` more, with its line among the last applies. */
export function addWaiting(firewall: GuiFirewall, id: string, seconds: number, fields: Partial<ApplyRow> = {}): void {
  const at = Math.floor(Date.now() / 1000) - 10;
  const entry: ApplyRow = {
    id,
    at,
    owner: 'home',
    user: 'slash32@10.0.0.5',
    host: 'incus1',
    summary: '2 reservations created, 1 rule changed',
    outcome: 'pending',
    revision: '9f2c4a6be1d07c35',
    details: [],
    ...fields,
  };
  firewall.applies.unshift(entry);
  const ends = performance.now() + seconds * 1000;
  firewall.waiting.push({ id, owner: entry.owner, ends, seconds: seconds + 10, changes: [], more: 0 });
}

/** The answer to one call of the status API; what has expired is rolled back first, as the real engine does. */
export function answerStatus(firewall: GuiFirewall, action: string, body: Record<string, unknown>): unknown {
  settle(firewall);
  if (action === 'summary') return summary(firewall);
  if (action === 'search_reservation') return search(rowsOf(firewall, body), body);
  if (action === 'search_apply') return search(firewall.applies, body);
  const outcome = OUTCOMES[action];
  if (outcome === undefined) return { errorMessage: 'Endpoint not found' };
  return end(firewall, String(body.id), outcome);
}

function settle(firewall: GuiFirewall): void {
  for (const change of firewall.waiting.filter((one) => one.ends + firewall.undoing <= performance.now())) {
    finish(firewall, change.id, 'expired');
  }
}

function finish(firewall: GuiFirewall, id: string, outcome: string): void {
  firewall.waiting = firewall.waiting.filter((change) => change.id !== id);
  for (const entry of firewall.applies) if (entry.id === id) entry.outcome = outcome;
}

function end(firewall: GuiFirewall, id: string, outcome: string): unknown {
  const entry = firewall.applies.find((one) => one.id === id);
  if (entry === undefined) return { result: 'unknown' };
  if (entry.outcome === 'expired') return { result: 'expired', left: [] };
  if (entry.outcome !== 'pending') return { result: 'already', outcome: entry.outcome };
  finish(firewall, id, outcome);
  return outcome === 'confirmed' ? { result: outcome, peer: null } : { result: outcome, left: [], revision: '00' };
}

function summary(firewall: GuiFirewall): unknown {
  const now = Math.floor(Date.now() / 1000);
  const interfaces = new Map<string, { id: string; descr: string; count: number }>();
  for (const row of firewall.reservations) {
    const one = interfaces.get(row.interface) ?? { id: row.interface, descr: row.interface_descr, count: 0 };
    interfaces.set(row.interface, { ...one, count: one.count + 1 });
  }
  return {
    result: 'ok',
    now,
    scope: firewall.scope,
    managed: firewall.reservations.length,
    interfaces: [...interfaces.values()],
    pending: firewall.waiting.map((change) => pendingRow(firewall, change, now)),
    recent: firewall.applies.slice(0, 5),
    dhcp: firewall.dhcp,
  };
}

function pendingRow(firewall: GuiFirewall, change: GuiFirewall['waiting'][number], now: number): unknown {
  const left = Math.max(0, Math.ceil((change.ends - performance.now()) / 1000));
  const entry = firewall.applies.find((one) => one.id === change.id);
  return {
    id: change.id,
    owner: change.owner,
    since: now + left - change.seconds,
    deadline: now + left,
    seconds_left: left,
    user: entry?.user ?? '',
    host: entry?.host ?? '',
    summary: entry?.summary ?? '',
    changes: change.changes,
    more: change.more,
  };
}

function rowsOf(firewall: GuiFirewall, body: Record<string, unknown>): ReservationRow[] {
  return firewall.reservations.filter((row) => !body.interface || row.interface === body.interface);
}

/** OPNsense's search over rows: every word must be in some field; then sort, then the page that was asked for. */
function search<Row extends object>(rows: Row[], body: Record<string, unknown>): unknown {
  const words = String(body.searchPhrase ?? '')
    .toLowerCase()
    .split(/\s+/);
  const found = rows.filter((row) => words.every((word) => Object.values(row).some((value) => has(value, word))));
  const [sorted] = Object.entries((body.sort ?? {}) as Record<string, string>);
  if (sorted !== undefined) {
    const [key, order] = sorted;
    const text = (row: Row) => String((row as Record<string, unknown>)[key] ?? '');
    found.sort((a, b) => text(a).localeCompare(text(b), 'en', { numeric: true }) * (order === 'asc' ? 1 : -1));
  }
  const size = Number(body.rowCount ?? 50);
  const first = (Number(body.current ?? 1) - 1) * size;
  const page = found.slice(first, first + size);
  return { total: found.length, rowCount: page.length, current: body.current, rows: page };
}

function has(value: unknown, word: string): boolean {
  return String(value).toLowerCase().includes(word);
}
