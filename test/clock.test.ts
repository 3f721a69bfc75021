import { expect, test } from 'vitest';
import { systemClock } from '../src/clock.ts';

test('a sleep longer than a timer can hold does not end at once, and ends when it is aborted', async () => {
  const stop = new AbortController();
  let ended = false;
  const asleep = systemClock.sleep(2 ** 40, stop.signal).finally(() => {
    ended = true;
  });
  await systemClock.sleep(50);
  expect(ended).toBe(false);
  stop.abort(new Error('enough'));
  await expect(asleep).rejects.toThrow('enough');
});
