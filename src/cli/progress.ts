import type { Io } from './io.js';

/** Shows which step is under way. */
export interface Progress {
  readonly step: (text: string) => void;
  /** Takes the line away again. */
  readonly stop: () => void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const CLEAR_LINE = '\r\u001B[2K';

/** One moving line on a terminal's standard error; silent in a pipe. */
export function startProgress(io: Io): Progress {
  if (io.stderr.isTTY !== true || io.env.TERM === 'dumb') return { step: () => {}, stop: () => {} };
  let text = '';
  let frame = 0;
  const draw = (): void => {
    frame = (frame + 1) % FRAMES.length;
    if (text !== '') io.stderr.write(`${CLEAR_LINE}${FRAMES[frame]} ${io.redactor.redact(text)}`);
  };
  const timer = setInterval(draw, 100);
  timer.unref();
  return {
    step(next) {
      text = next;
      draw();
    },
    stop() {
      clearInterval(timer);
      if (text !== '') io.stderr.write(CLEAR_LINE);
      text = '';
    },
  };
}
