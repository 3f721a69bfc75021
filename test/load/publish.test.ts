import { chmod, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { expect, test } from 'vitest';
import { TABLES } from '../../src/contract/tables.ts';
import { nodeFileSystem } from '../../src/files.ts';
import { openPublished, verifyVersion } from '../../src/load/verify.ts';
import { chooseBase, currentVersionDir, removeUnfinished } from '../../src/load/versions.ts';
import { insertRecord, newOut, publishVersion } from './out-fixture.ts';

const FIRST = '20251105T000000Z-0001';
const SECOND = '20251106T000000Z-0002';
const OCTOBER = 'parquet/report_records/month=2025-10-01/part-0.parquet';
const NOVEMBER = 'parquet/report_records/month=2025-11-01/part-0.parquet';

test('an empty database is published with every table, and a file for the month of the run', async () => {
  const out = await newOut();
  const { manifest } = await publishVersion(out, FIRST, async () => undefined);
  expect(basename((await currentVersionDir(nodeFileSystem, out)) ?? '')).toBe(FIRST);
  expect(Object.keys(manifest.tables).sort()).toEqual(TABLES.map((table) => table.name).sort());
  const partitioned = TABLES.filter((table) => table.partitionColumn !== null);
  for (const table of partitioned) {
    expect(manifest.files.filter((file) => file.table === table.name).map((file) => file.month)).toEqual([
      '2025-11-01',
    ]);
  }
  const file = await asyncBufferFromFile(join(out.current, NOVEMBER));
  expect(await parquetReadObjects({ file, compressors })).toEqual([]);
});

test('unchanged files are hard links to the version before, changed ones are new', async () => {
  const out = await newOut();
  await publishVersion(out, FIRST, async (database) => {
    await insertRecord(database, 'a', '2025-10-31');
    await insertRecord(database, 'b', '2025-11-01');
  });
  const before = await stat(join(out.versions, FIRST, OCTOBER));
  const { written, linked } = await publishVersion(out, SECOND, async (database) => {
    await insertRecord(database, 'c', '2025-11-02');
  });
  expect((await stat(join(out.current, OCTOBER))).ino).toBe(before.ino);
  expect((await stat(join(out.current, NOVEMBER))).ino).not.toBe(
    (await stat(join(out.versions, FIRST, NOVEMBER))).ino,
  );
  expect({ written, linked }).toEqual({ written: 1, linked: expect.any(Number) });
});

test('published files are read-only, sorted, and leave no write-ahead log', async () => {
  const out = await newOut();
  await publishVersion(out, FIRST, async (database) => {
    for (const id of ['c', 'a', 'b']) await insertRecord(database, id, '2025-11-01');
  });
  expect(await readdir(out.current)).toEqual(['dmarc.duckdb', 'manifest.json', 'parquet']);
  expect((await stat(join(out.current, 'dmarc.duckdb'))).mode & 0o777).toBe(0o444);
  const file = await asyncBufferFromFile(join(out.current, NOVEMBER));
  const rows = await parquetReadObjects({ file, compressors });
  expect(rows.map((row) => row.record_id)).toEqual(['a', 'b', 'c']);
});

test.each(['dmarc.duckdb', OCTOBER, 'parquet/monitors/part-0.parquet'])(
  'a bit that flips in %s is found and named',
  async (path) => {
    const out = await newOut();
    await publishVersion(out, FIRST, (database) => insertRecord(database, 'a', '2025-10-31'));
    await flipBit(join(out.versions, FIRST, path));
    await expect(verifyVersion(nodeFileSystem, join(out.versions, FIRST))).rejects.toThrow(path);
  },
);

test.each(['dmarc.duckdb', 'manifest.json'])(
  'without a readable %s the version before is used',
  async (path) => {
    const out = await newOut();
    await publishVersion(out, FIRST, (database) => insertRecord(database, 'a', '2025-10-31'));
    await publishVersion(out, SECOND, (database) => insertRecord(database, 'b', '2025-10-30'));
    await truncate(join(out.versions, SECOND, path), 100);
    const warnings: string[] = [];
    const base = await chooseBase(nodeFileSystem, out, (message) => warnings.push(message));
    expect(base?.manifest.run_id).toBe(FIRST);
    expect(warnings).toEqual([expect.stringContaining(SECOND)]);
  },
);

test('a damaged Parquet file is not linked but written again from the database', async () => {
  const out = await newOut();
  await publishVersion(out, FIRST, (database) => insertRecord(database, 'a', '2025-10-31'));
  await truncate(join(out.versions, FIRST, OCTOBER), 10);
  const warnings: string[] = [];
  await publishVersion(
    out,
    SECOND,
    async () => undefined,
    (message) => warnings.push(message),
  );
  await verifyVersion(nodeFileSystem, join(out.versions, SECOND));
  expect(warnings).toEqual([expect.stringContaining(OCTOBER)]);
});

test('a version that was never completed is removed', async () => {
  const out = await newOut();
  await publishVersion(out, FIRST, async () => undefined);
  await nodeFileSystem.mkdir(join(out.versions, SECOND));
  await writeFile(join(out.versions, SECOND, 'dmarc.duckdb'), 'half');
  expect(await removeUnfinished(nodeFileSystem, out)).toEqual([SECOND]);
  expect(await readdir(out.versions)).toEqual([FIRST]);
});

test('rows of an older contract version are taken over into a new database', async () => {
  const out = await newOut();
  await publishVersion(out, FIRST, (database) => insertRecord(database, 'a', '2025-10-31'));
  const path = join(out.versions, FIRST, 'manifest.json');
  await chmod(path, 0o644);
  await writeFile(
    path,
    (await readFile(path, 'utf8')).replace('"contract_version": 1', '"contract_version": 0'),
  );
  await publishVersion(out, SECOND, async () => undefined);
  const database = await openPublished(join(out.versions, SECOND));
  expect(await database.rows('SELECT record_id FROM report_records')).toEqual([{ record_id: 'a' }]);
  database.close();
});

async function flipBit(path: string): Promise<void> {
  await chmod(path, 0o644);
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}
