import { MultiBar } from 'cli-progress';
import type { Clock } from '../clock.ts';
import type { ProgressEvent } from './progress-event.ts';
import { advanceProgress, initialProgress, progressText } from './progress-state.ts';

/** Progress drawn on a terminal, from the first event until `stop`. */
export interface Progress {
  tell(event: ProgressEvent): void;
  /** Prints a line, its line break included, above what is drawn. */
  write(line: string): void;
  /** Removes what was drawn; what is told afterwards is not shown. More than once is once. */
  stop(): void;
}

/** Pictures a second: enough to look alive. */
const FRAMES_A_SECOND = 5;
const BAR_WIDTH = 20;

/** Draws on `stream`, which must be a terminal. Signals are left alone. */
export function drawProgress(stream: NodeJS.WritableStream, clock: Pick<Clock, 'monotonic'>): Progress {
  let state = initialProgress(clock.monotonic());
  const bars = new MultiBar({
    stream,
    fps: FRAMES_A_SECOND,
    barsize: BAR_WIDTH,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    format: '{stage} {bar} {text}',
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false,
    forceRedraw: true,
  });
  const payload = () => ({ stage: state.stage.padEnd(9), text: progressText(state, clock.monotonic()) });
  const bar = bars.create(1, 0, payload());
  bars.on('redraw-pre', () => bar.update(payload()));
  return {
    tell(event) {
      state = advanceProgress(state, event, clock.monotonic());
      bar.setTotal(Math.max(1, state.ips));
      bar.update(state.ipsDone);
    },
    write: (line) => (bars.isActive ? bars.log(line) : void stream.write(line)),
    stop() {
      if (!bars.isActive) return;
      bars.update();
      bars.stop();
    },
  };
}
