import { expect, test } from 'vitest';
import { openDatabase } from '../../src/load/database.ts';

test('a database uses no more than it is allowed, from the moment on when it is', async () => {
  const database = await openDatabase(':memory:', { threads: 2, memoryBytes: 200 * 2 ** 20 });
  try {
    const allowed = () =>
      database.rows(
        "SELECT current_setting('threads') AS threads, current_setting('memory_limit') AS memory",
      );
    await database.limit({ threads: 1 });
    expect(await allowed()).toEqual([{ threads: 1n, memory: '200.0 MiB' }]);
    await database.limit({ threads: 2, memoryBytes: 100 * 2 ** 20 });
    expect(await allowed()).toEqual([{ threads: 2n, memory: '100.0 MiB' }]);
  } finally {
    database.close();
  }
});
