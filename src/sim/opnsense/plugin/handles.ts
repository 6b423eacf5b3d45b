import type { SimState } from '../state.js';
import { answerLater } from './ha.js';
import type { ApplyLine, ApplyWatcher, SimPlugin } from './model.js';
import { rollBack, unixNow } from './settle.js';

/** How os-slash32 is installed. */
export interface PluginOptions {
  readonly interfaces: readonly string[];
  readonly maxConfirmSeconds?: number;
  /** Where redirects may stand, such as `wan tcp/443`; default: nowhere, as on a new installation. */
  readonly publishes?: readonly string[];
  /** Whether it tells of a high-availability pair, as plugins do from 1.5 on; default true. */
  readonly tellsPair?: boolean;
  /** Its setting "Push to the peer"; default off. */
  readonly push?: boolean;
}

/** What a test does with the simulated plugin. */
export interface PluginHandles {
  /** The plugin's history, newest first; empty where it is not installed. */
  applies(): readonly Readonly<ApplyLine>[];
  /** Forgets owners, waiting changes and history, as a plugin that was just installed. */
  forgetApplies(): void;
  /** Lets every change that waits to be confirmed expire now. */
  expirePending(): void;
  /** The next apply through the plugin cuts everybody off until it is rolled back. */
  cutAfterApply(): void;
  /** Looks at every apply through the plugin from now on. */
  watchApplies(watcher: ApplyWatcher): void;
  /** The interfaces that the plugin may touch from now on. */
  setScope(interfaces: readonly string[]): void;
  /** Where the plugin lets redirects stand from now on. */
  setPublishes(lines: readonly string[]): void;
  /** Binds an owner to a user, or lets any key act for him again. */
  bindOwner(owner: string, user: string | undefined): void;
  /** What a peer that is asked answers from now on, in the words of the plugin: `done`, `login`, `open`. Default: `done`. */
  setPeer(code: string, message?: string): void;
  /** The peer answers with that for every change that was open. */
  answerPeer(code: string, message?: string): void;
  /** What the plugin says is owed to the peer, and what stands here without a watch. */
  setPairTrouble(trouble: Partial<Pick<SimPlugin, 'debts' | 'unwatched'>>): void;
}

/** The handles of the plugin of a simulated firewall; of one that is not there they do nothing. */
export function pluginHandles(state: SimState): PluginHandles {
  return {
    applies: () => state.plugin?.applies ?? [],
    forgetApplies() {
      for (const pending of state.plugin?.pending.values() ?? []) clearTimeout(pending.timer);
      state.plugin?.pending.clear();
      state.plugin?.owners.clear();
      state.plugin?.users.clear();
      state.plugin?.applies.splice(0);
    },
    expirePending: () => settleAll(state, 'expired'),
    cutAfterApply() {
      if (state.plugin !== undefined) state.plugin.cutAfterApply = true;
    },
    watchApplies(watcher) {
      if (state.plugin !== undefined) state.plugin.watcher = watcher;
    },
    setScope(interfaces) {
      if (state.plugin !== undefined) state.plugin.interfaces = interfaces;
    },
    setPublishes(lines) {
      if (state.plugin !== undefined) state.plugin.publishes = lines;
    },
    bindOwner(owner, user) {
      if (user === undefined) state.plugin?.users.delete(owner);
      else state.plugin?.users.set(owner, user);
    },
    setPeer(code, message = '') {
      if (state.plugin !== undefined) state.plugin.peerAnswer = { code, message };
    },
    answerPeer(code, message = '') {
      if (state.plugin === undefined) return;
      state.plugin.peerAnswer = { code, message };
      answerLater(state.plugin, unixNow());
    },
    setPairTrouble(trouble) {
      if (state.plugin !== undefined) Object.assign(state.plugin, trouble);
    },
  };
}

/** The plugin as it is when it was just installed. */
export function pluginOf(options: PluginOptions): SimPlugin {
  return {
    interfaces: options.interfaces,
    maxConfirmSeconds: options.maxConfirmSeconds ?? 600,
    publishes: options.publishes ?? [],
    users: new Map(),
    owners: new Map(),
    pending: new Map(),
    applies: [],
    cutAfterApply: false,
    isCut: false,
    tellsPair: options.tellsPair ?? true,
    push: options.push ?? false,
    peerAnswer: { code: 'done', message: '' },
    debts: [],
    unwatched: [],
    watcher: {},
  };
}

/** Undoes every change that waits. */
export function settleAll(state: SimState, outcome: 'expired' | 'rebooted'): void {
  const { plugin } = state;
  for (const pending of [...(plugin?.pending.values() ?? [])]) if (plugin) rollBack(state, plugin, pending, outcome);
}
