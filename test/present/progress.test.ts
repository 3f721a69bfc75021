import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { drawProgress } from '../../src/present/progress.ts';
import type { ProgressEvent } from '../../src/present/progress-event.ts';
import {
  advanceProgress,
  initialProgress,
  progressText,
  requestsAMinute,
  timeLeft,
} from '../../src/present/progress-state.ts';

/** The state after events that come a second apart, the first at 1 s. */
function stateAfter(events: readonly ProgressEvent[]) {
  return events.reduce(
    (state, event, index) => advanceProgress(state, event, (index + 1) * 1_000),
    initialProgress(0),
  );
}

const PAGE = { type: 'page', monitor: 'a.example', records: 75 } as const;
const IP_DONE = { type: 'ip-done' } as const;

describe('progress', () => {
  it('says where the run is', () => {
    const state = stateAfter([
      { type: 'stage', stage: 'extract' },
      { type: 'listing', monitor: 'a.example', ips: 4 },
      PAGE,
      PAGE,
      IP_DONE,
      { type: 'retry' },
      { type: 'skipped' },
      { type: 'waiting', reason: 'minute is used up', ms: 30_000 },
    ]);
    expect(state.stage).toBe('extract');
    expect(progressText(state, 8_000)).toBe(
      'a.example · 2 pages · 1/4 IPs · 150 records · 23 requests/min · 18 s left · ' +
        'waiting 30 s (minute is used up) · 1 retry · 1 skipped',
    );
  });

  it('counts on the plan, once there is one', () => {
    const state = stateAfter([
      { type: 'listing', monitor: 'a.example', ips: 400 },
      { type: 'planned', ips: 7 },
      IP_DONE,
    ]);
    expect(progressText(state, 6_000)).toContain('1/7 IPs');
    expect(timeLeft(state, 6_000)).toBe(24_000);
  });

  it('tells no rate and no end before it can', () => {
    const state = stateAfter([{ type: 'stage', stage: 'list' }, PAGE]);
    expect(requestsAMinute(state, 2_000)).toBeNull();
    expect(timeLeft(state, 60_000)).toBeNull();
    expect(progressText(state, 2_000)).toBe('a.example · 1 page · 75 records');
  });

  it('ends a wait with the next page, or when its time is over', () => {
    const waiting = stateAfter([{ type: 'waiting', reason: 'backoff', ms: 5_000 }]);
    expect(progressText(waiting, 2_000)).toContain('waiting 4.0 s');
    expect(progressText(waiting, 6_000)).not.toContain('waiting');
    expect(progressText(advanceProgress(waiting, PAGE, 2_000), 2_000)).not.toContain('waiting');
  });

  it('lets no domain steer the terminal', () => {
    const state = stateAfter([{ type: 'listing', monitor: '\x1b[2Jx', ips: 1 }]);
    expect(progressText(state, 1_000)).toContain('\\x1b[2Jx');
  });
});

describe('drawProgress', () => {
  /** What is drawn on a terminal of 100 columns. */
  function fakeTerminal() {
    let drawn = '';
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
    stream.on('data', (chunk: Buffer) => {
      drawn += chunk.toString();
    });
    return { stream, drawn: () => drawn };
  }

  it('draws, prints lines above, and leaves the terminal and the signals as they were', () => {
    const { stream, drawn } = fakeTerminal();
    const listeners = process.listenerCount('SIGINT');
    const progress = drawProgress(stream, { monotonic: () => 0 });
    progress.tell({ type: 'stage', stage: 'extract' });
    progress.tell({ type: 'listing', monitor: 'a.example', ips: 2 });
    progress.write('a warning\n');
    expect(process.listenerCount('SIGINT')).toBe(listeners);
    progress.stop();
    progress.stop();
    progress.write('late\n');
    expect(drawn()).toContain('a.example · 0 pages · 0/2 IPs');
    expect(drawn()).toContain('a warning\n');
    expect(drawn().endsWith('late\n')).toBe(true);
    expect(drawn().lastIndexOf('\x1b[?25h')).toBeGreaterThan(drawn().lastIndexOf('\x1b[?25l'));
  });
});
