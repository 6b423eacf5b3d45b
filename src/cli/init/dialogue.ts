import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Slash32Error } from '../../errors/slash32-error.js';
import { type Io, isInteractive, paintFor, printError } from '../io.js';

/** Questions to the person at the terminal, one after the other. */
export interface Dialogue {
  /** The answer without spaces around it; `preset` for an empty one. */
  ask(question: string, preset?: string): Promise<string>;
  /** An answer that the terminal does not show. */
  askSecret(question: string): Promise<string>;
  /** No, unless the answer says yes. */
  confirm(question: string): Promise<boolean>;
  /**
   * Asks until `take` takes the answer: an error of which `isAnswer` says that another answer may mend it is shown, and the question
   * comes again with the last answer as its preset. Every other error is thrown.
   */
  until<T>(
    question: string,
    preset: string,
    take: (answer: string) => Promise<T>,
    isAnswer: (error: Slash32Error) => boolean,
  ): Promise<T>;
}

/** The dialogue of a terminal; undefined where nobody can be asked. */
export function openDialogue(io: Io): Dialogue | undefined {
  if (!isInteractive(io)) return undefined;
  const paint = paintFor(io, io.stderr);

  async function ask(question: string, preset = ''): Promise<string> {
    const hint = preset === '' ? '' : paint.faint(` [${preset}]`);
    const answer = (await answerTo(io, `${paint.strong(question)}${hint} `, io.stderr)).trim();
    return answer === '' ? preset : answer;
  }

  return {
    ask,
    async askSecret(question) {
      io.stderr.write(`${paint.strong(question)} `);
      const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
      const answer = await answerTo(io, '', hidden);
      io.stderr.write('\n');
      return answer.trim();
    },
    async confirm(question) {
      return /^y(es)?$/i.test((await answerTo(io, `${question} [y/N] `, io.stderr)).trim());
    },
    async until(question, preset, take, isAnswer) {
      for (let shown = preset; ; ) {
        const answer = await ask(question, shown);
        try {
          return await take(answer);
        } catch (error) {
          if (!(error instanceof Slash32Error) || !isAnswer(error)) throw error;
          printError(io, `${paint.bad('!')} ${error.message} ${error.hint}\n`);
          shown = answer;
        }
      }
    },
  };
}

/** Opened for each question, so that the terminal is free for progress in between. */
async function answerTo(io: Io, question: string, output: Writable): Promise<string> {
  // A hidden answer needs a terminal in which readline, and not the kernel, shows what is typed.
  const prompt = createInterface({ input: io.stdin, output, ...(output === io.stderr ? {} : { terminal: true }) });
  try {
    const left = new Promise<never>((_resolve, reject) => {
      prompt.once('close', () => reject(unanswered()));
    });
    return await Promise.race([prompt.question(question, { signal: io.signal }), left]);
  } catch (error) {
    // the cursor still stands behind the question
    printError(io, '\n');
    // newer versions of Node.js break the question off at Ctrl-C and Ctrl-D, older ones only close
    throw io.signal.aborted || error instanceof Slash32Error ? error : unanswered();
  } finally {
    prompt.close();
  }
}

function unanswered(): Slash32Error {
  return new Slash32Error('S32_INTERRUPTED', { message: 'The question got no answer.' });
}
