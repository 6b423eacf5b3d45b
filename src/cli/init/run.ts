import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { pairSegments } from '../../config/pair.js';
import { Slash32Error } from '../../errors/slash32-error.js';
import { EXIT } from '../../plan/exit.js';
import { type Io, paintFor, print, printError } from '../io.js';
import { openDialogue } from './dialogue.js';
import { reachFirewall } from './firewall.js';
import { type Answers, type InitOptions, sameInit } from './options.js';
import { choosePairs, reportPairing } from './pairs.js';
import { type Place, placeOf } from './place.js';
import { reachSource } from './source.js';
import { scopeRemark } from './transport.js';
import { assertOwnAnswers, configText, makeFolder, writeConfiguration } from './write.js';

/**
 * `slash32 init`: reaches the firewall, then Incus, pairs networks with interfaces, writes the configuration. What can be used up (a
 * trust token) is used when everything else is known to be right. Returns the exit code.
 */
export async function runInit(io: Io, given: InitOptions): Promise<number> {
  const place = placeOf(io, given);
  if (existsSync(place.out) && given.overwrite !== true)
    throw new Slash32Error('S32_OUTPUT', {
      message: `${place.shown} is already there.`,
      where: place.shown,
      hint: 'Give --overwrite to replace it, or --out FILE.',
    });
  const answers: Answers = { ...given };
  if (given.incusToken !== undefined && given.incusToken !== '-')
    printError(
      io,
      'A token on the command line stands in the process list: --incus-token-file FILE, or - for standard input.\n',
    );
  assertOwnAnswers(answers, place);
  try {
    return await dialogueThrough(io, answers, place);
  } catch (error) {
    const isNew = JSON.stringify(answers) !== JSON.stringify(given);
    if (isNew) printError(io, `What was answered so far, to go on from here: ${sameInit(answers)}\n`);
    throw error;
  }
}

async function dialogueThrough(io: Io, answers: Answers, place: Place): Promise<number> {
  const dialogue = openDialogue(io);
  const { end: target, observed, remarks } = await reachFirewall(io, dialogue, answers, place);
  for (const remark of remarks) printError(io, `${remark}\n`);
  await makeFolder(place);
  const { end: source, inventory } = await reachSource(io, dialogue, answers, place);

  const pairing = pairSegments(inventory, observed.interfaces);
  const pairs = await choosePairs(io, dialogue, answers.pair ?? [], pairing, observed);
  reportPairing(io, pairing, pairs);
  if (pairs.length === 0)
    throw new Slash32Error('S32_NO_PAIR', {
      message: 'No network of the instances could be paired with an interface of the firewall by MAC address.',
      hint: `Pair by hand: --pair NETWORK=INTERFACE. Networks: ${pairing.unmatchedNetworks.join(', ') || 'none'}; interfaces: ${observed.interfaces.map((one) => one.id).join(', ') || 'none'}.`,
    });
  const render = (): string =>
    configText(
      {
        owner: answers.owner,
        source: source.yaml,
        opnsense: target.yaml,
        segments: pairs.map((pair) => ({
          ...pair,
          state: observed.segments.find((state) => state.interface === pair.interface.id),
        })),
        protect: answers.protect ?? [],
      },
      place,
    );
  if (answers.protect === undefined && dialogue !== undefined)
    await dialogue.until(
      'Addresses that must never be cut off (your workstation), separated by commas?',
      '',
      async (answer) => {
        answers.protect = answer.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
        render();
      },
      ({ code }) => code === 'S32_CONFIG_INVALID',
    );
  await writeConfiguration(render(), answers, place);
  const ids = pairs.map((pair) => pair.interface.id);
  const remark = scopeRemark(observed, ids);
  if (remark !== undefined) printError(io, `${paintFor(io, io.stderr).warn(remark)}\n`);
  print(io, `Wrote ${place.shown}. ${next(answers, place)}\n`);
  return EXIT.done;
}

function next({ socket }: Answers, place: Place): string {
  if (!place.isService) return `Next: slash32 plan --config ${place.shown}`;
  const drop =
    socket === undefined
      ? ''
      : ' The unit has a user of its own, who may not open the socket of Incus: docs/install.md says what drop-in that needs.';
  return (
    `Next: CREDENTIALS_DIRECTORY=${dirname(place.out)} slash32 plan --config ${place.shown}, and if it is right: ` +
    `systemctl enable --now slash32.${drop}`
  );
}
