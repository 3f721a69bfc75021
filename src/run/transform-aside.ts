import { on } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { DataError } from '../errors.ts';
import type { LineGroup } from '../journal/parse.ts';
import type { StagedBatches, TransformContext } from '../transform/transform.ts';
import { unpackBatches } from './packed-batches.ts';
import type { TransformAnswer } from './transform-thread.ts';
import { type Transformer, transformGroup } from './transformer.ts';

/** A small journal is transformed before a thread would have started. */
const GROUPS_HERE = 6;

/** Groups that the thread has at once: enough for the time in which this one puts rows into their tables. */
const GROUPS_THERE = 8;

/** Half of what V8 takes by itself for short-lived objects of the thread; less costs time. */
const YOUNG_MB = 24;

/**
 * Transforms in a second thread beside this one, which loads what comes of it: the thread is kept at work, and this one
 * takes the groups for which it has no time. Gives the batches as they get ready: rows say where they stood.
 */
export const transformAside: Transformer = async function* (groups, context) {
  let here = 0;
  let thread: TransformThread | null = null;
  try {
    for await (const group of groups) {
      if (here < GROUPS_HERE) {
        here += 1;
        yield transformGroup(group, context);
        continue;
      }
      thread ??= new TransformThread(context);
      if (thread.underWay < GROUPS_THERE) thread.ask(group);
      else yield transformGroup(group, context);
      // Answers arrive between two turns of the event loop.
      await setImmediate();
      while (thread.isAnswered) yield await thread.answer();
    }
    while (thread !== null && thread.underWay > 0) yield await thread.answer();
  } finally {
    await thread?.end();
  }
};

/** A running `transform-thread.ts`, which answers in the order in which it was asked. */
class TransformThread {
  /** Groups asked for whose rows were not taken yet. */
  underWay = 0;
  /** Whether {@link answer} resolves at once. */
  isAnswered = false;
  readonly #worker: Worker;
  readonly #answers: AsyncIterator<readonly [TransformAnswer]>;
  #next: Promise<IteratorResult<readonly [TransformAnswer]>>;

  constructor(context: TransformContext) {
    this.#worker = new Worker(new URL('./transform-thread.js', import.meta.url), {
      workerData: context,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
      // How this program was started, as by `--input-type`, is nothing of the thread's; a profiler follows it.
      execArgv: process.execArgv.filter((flag) => flag.startsWith('--cpu-prof')),
    });
    this.#answers = on(this.#worker, 'message', { close: ['exit'] }) as AsyncIterator<[TransformAnswer]>;
    this.#next = this.#listen();
  }

  /** Gives a group, and the memory of its bytes, to the thread. */
  ask(group: LineGroup): void {
    this.#worker.postMessage(group, [group.bytes.buffer]);
    this.underWay += 1;
  }

  /** The rows of the oldest group under way. Throws what transforming it threw. */
  async answer(): Promise<StagedBatches> {
    const { done, value } = await this.#next;
    if (done) throw new Error('the transform thread ended before it was done');
    this.underWay -= 1;
    this.#next = this.#listen();
    const [answer] = value;
    if ('batches' in answer) return unpackBatches(answer.batches);
    const { message, hint, isOurs } = answer.failure;
    throw isOurs ? new DataError(message, { hint }) : new Error(message);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #listen(): Promise<IteratorResult<readonly [TransformAnswer]>> {
    this.isAnswered = false;
    const next = this.#answers.next();
    const settled = () => {
      this.isAnswered = true;
    };
    next.then(settled, settled);
    return next;
  }
}
