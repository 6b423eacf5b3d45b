import { Slash32Error } from '../../errors/slash32-error.js';
import { askExplain, askReach, type Understood } from '../../plan/policy/ask.js';
import { judgeTests } from '../../plan/policy/plan.js';
import type { PolicyView } from '../../plan/policy/types.js';
import { askWatch } from '../../plan/policy/watch.js';
import { askableView } from '../../service/policy-view.js';
import type { Reading } from '../../service/types/run.js';
import type * as api from '../generated/messages.js';
import type { ApiDeps, Handler } from '../types.js';
import { readingOf, refuseSegment } from './firewall.js';
import { pageOf, textOf } from './page.js';

export const explainFlow: Handler<api.Explanation> = ({ values }, deps) => {
  const { from, to, port, after } = values.query;
  const question = { from: textOf(from) ?? '', to: textOf(to) ?? '', port: textOf(port) ?? '', after: after === true };
  const flows = answered(askExplain(viewFor(deps), question));
  return { status: 200, body: { after: question.after, flows: [...flows] } };
};

export const listReach: Handler<api.ReachList> = ({ values }, deps) => {
  const { from, to, after } = values.query;
  const rows = answered(askReach(viewFor(deps), { from: textOf(from), to: textOf(to), after: after === true }));
  return { status: 200, body: pageOf([...rows], values.query) };
};

export const listPolicyTests: Handler<api.PolicyTestList> = ({ values }, deps) => {
  const { tests, passed, nobody, nowhere } = judgeTests(viewFor(deps), values.query.now !== true);
  return { status: 200, body: { ...pageOf([...tests], values.query), passed, nobody, nowhere: [...nowhere] } };
};

export const watchPolicy: Handler<api.WatchAnswer> = async ({ values, signal }, deps) => {
  const view = viewFor(deps);
  refuseSegment(values.query.segment, readingOf(deps).plan);
  const packets = await deps.filterLog(Number(values.query.limit ?? 5_000), signal);
  const { segments, proposals, others } = askWatch(view, packets, textOf(values.query.segment));
  return {
    status: 200,
    body: {
      read: packets.length,
      segments: [...segments],
      proposals: proposals.map((one) => ({ ...one, allow: [...one.allow] })),
      others,
    },
  };
};

/** Compiling takes a while with thousands of instances, and nothing of it changes until the next look. */
const VIEWS = new WeakMap<Reading, PolicyView>();

function viewFor(deps: ApiDeps): PolicyView {
  const reading = readingOf(deps);
  const known = VIEWS.get(reading);
  if (known !== undefined) return known;
  const view = askableView(reading, reading.plan);
  VIEWS.set(reading, view);
  return view;
}

function answered<T>(understood: Understood<T>): T {
  if (understood.ok) return understood.value;
  throw new Slash32Error('S32_POLICY_QUESTION', understood.fault);
}
