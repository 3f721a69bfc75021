import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * What a process of our own does so that memory which is free goes back to the system; a library leaves both to the
 * program that uses it.
 */

/** The variable that DuckDB's allocator (jemalloc) reads when DuckDB is loaded; only Linux builds have it. */
const ALLOCATOR_VARIABLE = 'DUCKDB_JE_MALLOC_CONF';

/**
 * One arena instead of one a core, and pages that were free for 10 ms go back: by default the process keeps half as much
 * again as DuckDB's memory limit says.
 */
const ALLOCATOR_SETTINGS = 'narenas:1,dirty_decay_ms:10,muzzy_decay_ms:0';

/**
 * Sets DuckDB's allocator for a program that loads and publishes, unless the operator did. To be called before DuckDB is
 * loaded. Who only asks keeps an arena a core, and its speed.
 */
export function setAllocator(environment: Record<string, string | undefined>): void {
  environment[ALLOCATOR_VARIABLE] ||= ALLOCATOR_SETTINGS;
}

/** A smaller heap is left alone: a small night has other things to do. */
const SMALL_HEAP_BYTES = 48 * 1024 * 1024;

/** One collection frees objects and seldom pages; after three V8 has mostly given some of its pages back, too. */
const COLLECTIONS = 3;

/** Collects garbage at once, some 20 ms each time; V8 by itself keeps free pages until seconds later. */
export function giveBackHeap(): void {
  if (process.memoryUsage().heapTotal < SMALL_HEAP_BYTES) return;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let done = 0; done < COLLECTIONS; done += 1) collect();
}
