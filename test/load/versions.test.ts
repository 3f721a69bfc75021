import { expect, test } from 'vitest';
import { nodeFileSystem } from '../../src/files.ts';
import { startVersion } from '../../src/load/versions.ts';
import { newOut } from './out-fixture.ts';

test('a version is loaded with two thirds of the memory that DuckDB may use', async () => {
  const limits = { memoryBytes: 900 * 2 ** 20, threads: 1 };
  const { database } = await startVersion(
    nodeFileSystem,
    await newOut(),
    '20251105T000000Z-0000',
    null,
    limits,
  );
  const [row] = await database.rows("SELECT current_setting('memory_limit') AS bound");
  database.close();
  expect(row?.bound).toBe('600.0 MiB');
});
