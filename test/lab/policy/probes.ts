import type { RuleSet } from '../../../src/model/rules.js';
import { evaluate } from '../../../src/policy/evaluate/evaluate.js';
import { type PreparedRuleSet, prepare } from '../../../src/policy/evaluate/prepare.js';
import type { Evaluation, FlowEnd } from '../../../src/policy/evaluate/types.js';
import type { LabEnd, PacketRig } from './rig.js';

/** What everybody in the lab answers on. */
export const PORTS = ['tcp/22', 'tcp/443', 'tcp/5432', 'tcp/8443', 'udp/53', 'udp/9999'] as const;

/** One packet to send, with the addresses as they are on the wire. */
export interface Probe {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  /** Undefined for `icmp`, which means an echo request. */
  readonly port: number | undefined;
}

/** A probe with what the evaluator says of it. */
export interface Expected {
  readonly from: LabEnd;
  readonly to: LabEnd;
  readonly probe: Probe;
  /** Who must answer; undefined when nobody may. */
  readonly answerer: string | undefined;
  /** The port there, which a redirect may have changed. */
  readonly answeredOn: number | undefined;
  /** The evaluator's verdict and why, for people. */
  readonly because: string;
}

/** Milliseconds for an answer; TCP asks again after a second. */
export const PATIENT_MS = 1_500;
/** How long each round waits for what did not come out as expected in the one before, which on a busy machine may mean that it was slow. */
const ROUNDS_MS = [400, PATIENT_MS, 6_000, 20_000];

/**
 * What the evaluator says of every pair of ends and every port; between two addresses of one machine no packet meets a rule. Throws where it does not know: the lab
 * asks nothing unclear.
 */
export function expectations(ruleSet: RuleSet, ends: readonly LabEnd[]): Expected[] {
  const prepared = prepare(ruleSet);
  return ends.flatMap((from) =>
    ends
      .filter((to) => to.netns !== from.netns)
      .flatMap((to) => [...PORTS, 'icmp'].flatMap((text) => expectation(prepared, ends, from, to, text))),
  );
}

function expectation(
  prepared: PreparedRuleSet,
  ends: readonly LabEnd[],
  from: LabEnd,
  to: LabEnd,
  text: string,
): Expected[] {
  const [protocol = '', digits] = text.split('/');
  const port = digits === undefined ? undefined : Number(digits);
  const ask = (source: FlowEnd, destination: FlowEnd): Evaluation =>
    evaluate(prepared, { from: source, to: destination, protocol, port });
  const result = ask({ address: from.address }, { address: to.address });
  const reached = result.redirected?.to ?? to.address;
  // A machine that is sent back to itself drops the packet for its own source address, whatever firewall stands between.
  if (reached === from.address) return [];
  const label = `${from.label} → ${to.label} ${text}`;
  if (result.verdict === 'unknown')
    throw new Error(`the evaluator does not know ${label}: ${result.reasons.join('; ')}`);
  const whole = ask(flowEnd(from), flowEnd(to));
  if (whole.verdict !== 'unknown' && whole.verdict !== result.verdict)
    throw new Error(`${label}: ${result.verdict} for the address and ${whole.verdict} for the internet`);
  const answerer = ends.find((end) => end.address === reached)?.netns;
  const rule = result.decidedBy;
  return [
    {
      from,
      to,
      probe: { from: from.address, to: to.address, protocol, port },
      answerer: result.verdict === 'pass' ? (answerer ?? 'nobody in the lab') : undefined,
      answeredOn: result.redirected?.port ?? port,
      because: `${result.verdict} by ${rule === undefined ? 'no rule' : JSON.stringify(rule.description || rule.id)}`,
    },
  ];
}

function flowEnd(end: LabEnd): FlowEnd {
  return end.isInternet ? { internet: 'inet' } : { address: end.address };
}

/**
 * Sends every probe and gives back what came out otherwise than expected, a sentence each. What disagrees is asked again in the
 * next round. An answer that takes longer than the first one goes unnoticed where none is expected.
 */
export async function disagreements(
  rig: Pick<PacketRig, 'send'>,
  all: readonly Expected[],
  rounds: readonly number[] = ROUNDS_MS,
): Promise<string[]> {
  let odd: readonly { readonly one: Expected; readonly answer: string | undefined }[] = all.map((one) => ({
    one,
    answer: undefined,
  }));
  for (const timeoutMs of rounds) {
    const asked = odd.map(({ one }) => one);
    const answers = await sendAll(rig, asked, timeoutMs);
    odd = asked.flatMap((one, at) => (agrees(one, answers[at]) ? [] : [{ one, answer: answers[at] }]));
    if (odd.length === 0) break;
  }
  return odd.map(({ one, answer }) => describe(one, answer));
}

async function sendAll(
  rig: Pick<PacketRig, 'send'>,
  all: readonly Expected[],
  timeoutMs: number,
): Promise<readonly (string | undefined)[]> {
  const answers = new Map<Expected, string | undefined>();
  await Promise.all(
    [...new Set(all.map((one) => one.from.netns))].map(async (netns) => {
      const own = all.filter((one) => one.from.netns === netns);
      const answered = await rig.send(
        netns,
        own.map((one) => one.probe),
        timeoutMs,
      );
      own.forEach((one, at) => {
        answers.set(one, answered[at]);
      });
    }),
  );
  return all.map((one) => answers.get(one));
}

/** A ping does not tell who answered. */
function agrees({ answerer, answeredOn, probe }: Expected, answer: string | undefined): boolean {
  if (probe.protocol === 'icmp' || answerer === undefined) return (answerer === undefined) === (answer === undefined);
  return answer === `${answerer}/${answeredOn}`;
}

/** `web → db tcp/22`. */
export function labelOf({ from, to, probe }: Expected): string {
  const what = probe.port === undefined ? probe.protocol : `${probe.protocol}/${probe.port}`;
  return `${from.label} → ${to.label} ${what}`;
}

function describe(one: Expected, answer: string | undefined): string {
  const { answerer, answeredOn, because } = one;
  const wanted = answerer === undefined ? 'nobody' : `${answerer}/${answeredOn ?? ''}`;
  const seen = answer === undefined ? 'nobody answered' : `${answer || 'somebody'} answered`;
  return `${labelOf(one)}: ${because}, so ${wanted} should answer, and ${seen}`;
}
