import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TABLES } from '../../src/contract/tables.ts';
import { nodeFileSystem } from '../../src/files.ts';
import { openJournal } from '../../src/journal/append.ts';
import type { AttemptFields, Stream } from '../../src/journal/line.ts';
import { type Database, openDatabase } from '../../src/load/database.ts';
import { createTables } from '../../src/load/ddl.ts';
import { loadJournal } from '../../src/load/load-journal.ts';
import type { RunItems } from '../../src/load/merge/runs.ts';
import { stageJournal } from '../../src/run/stage-journal.ts';
import { ATTEMPT, FOOTER, HEADER } from '../journal/journal-lines.ts';
import { VALID_ROWS } from './hostile-rows.ts';
import { type MalformedAnswer, malformedAnswer, STREAMS, tellShortly } from './malformed-answers.ts';

interface Answered extends MalformedAnswer {
  readonly attempt: AttemptFields;
}

const ANSWERS_A_NIGHT = 40;

/** Days asked for, mostly none; a journal of ours never has others, a damaged one might. */
const params = fc.constantFrom(
  {},
  {},
  { date_from: '2012-01-01' },
  { date_from: 'x', date_to: '9999-12-31' },
);

function answered(stream: Stream): fc.Arbitrary<Answered> {
  const scope = fc.record({
    monitor_id: stream === 'monitors' ? fc.constant(null) : fc.constantFrom('m1', 'm2', "m'3"),
    ip: stream === 'report_records' ? fc.constantFrom('192.0.2.1', '', '../x', '\u0000') : fc.constant(null),
    page: fc.integer({ min: 1, max: 3 }),
    is_last: fc.boolean(),
    fingerprint: fc.constantFrom(null, '2:1000000:0:885000', 'x'),
    status: fc.constantFrom(200, 200, 200, 200, 404, 500, 0),
    params,
  });
  return fc.tuple(malformedAnswer(stream), scope).map(([answer, fields]) => ({
    ...answer,
    attempt: { ...ATTEMPT, ...fields, stream },
  }));
}

const night = fc.array(fc.oneof(...STREAMS.map(answered)), {
  minLength: ANSWERS_A_NIGHT,
  maxLength: ANSWERS_A_NIGHT,
});

/** Opens an empty database, and calls what is given with it and a directory for journals. */
async function withDatabase(use: (database: Database, directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'dmarc-etl-malformed-'));
  const database = await openDatabase(':memory:');
  try {
    await createTables(database);
    await use(database, directory);
  } finally {
    database.close();
    await rm(directory, { recursive: true });
  }
}

/** Writes a journal as a run does, and loads it as a run does. */
async function load(
  database: Database,
  directory: string,
  day: number,
  answers: readonly Pick<Answered, 'attempt' | 'body'>[],
): Promise<RunItems | null> {
  const run_id = `2025110${day}T020000Z-0a1b`;
  const path = join(directory, `${run_id}.jsonl`);
  const journal = await openJournal(path, { ...HEADER, run_id, started_at: `2025-11-0${day}T02:00:00.000Z` });
  const at = (nth: number) => new Date(Date.UTC(2025, 10, day, 2) + nth).toISOString();
  await Promise.all(
    answers.map(({ attempt, body }, nth) =>
      journal.append(
        { ...attempt, received_at: at(nth) },
        attempt.status === 200 ? JSON.stringify(body) : undefined,
      ),
    ),
  );
  await journal.close(FOOTER);
  const staged = await stageJournal(path, { fileSystem: nodeFileSystem, warn: expect.fail });
  return staged === null ? null : loadJournal(database, staged, '2025-11-30');
}

test('malformed answers never fail a transaction, lose a valid row or go uncounted', async () => {
  const nights = fc.tuple(night, night);
  const property = fc.asyncProperty(nights, (both) =>
    withDatabase(async (database, directory) => {
      for (const [nth, answers] of both.entries()) {
        const items = await load(database, directory, nth + 5, answers);
        expect(sumOf(items)).toBe(BigInt(receivedOf(answers)));
        await expectStored(database, answers);
      }
      await expectKeys(database);
    }),
  );
  await fc.assert(property, { numRuns: 10, endOnFailure: true, reporter: tellShortly });
});

test('a journal with two attempts of one number is refused, and nothing of it is loaded', () =>
  withDatabase(async (database, directory) => {
    const path = join(directory, 'a.jsonl');
    const journal = await openJournal(path, HEADER);
    await journal.append(ATTEMPT, '{"data":[]}');
    await journal.append(ATTEMPT, '{"data":[]}');
    await journal.close(FOOTER);
    await writeFile(path, (await readFile(path, 'utf8')).replace('"seq":2', '"seq":1'));
    const staged = await stageJournal(path, { fileSystem: nodeFileSystem, warn: expect.fail });
    if (staged === null) expect.fail('the journal has a header');
    await expect(loadJournal(database, staged, '2025-11-30')).rejects.toThrow(/two attempts with number 1/);
    expect(await database.rows('SELECT run_id FROM meta_journals')).toEqual([]);
  }));

function sumOf(items: RunItems | null): bigint {
  return Object.values(items ?? {}).reduce((sum: bigint, count: bigint) => sum + count, 0n);
}

function receivedOf(answers: readonly Answered[]): number {
  return answers.reduce(
    (sum, { attempt, data }) => sum + (attempt.status === 200 ? (data?.length ?? 0) : 0),
    0,
  );
}

/** Monitors and records count wherever they stand; what belongs to a snapshot only when its listing is complete. */
async function expectStored(database: Database, answers: readonly Answered[]): Promise<void> {
  for (const [stream, column] of [
    ['monitors', 'monitor_id'],
    ['report_records', 'record_id'],
  ] as const) {
    const rows = await database.rows(`SELECT ${column} AS id FROM ${stream}`);
    const stored = new Set(rows.map(({ id }) => id));
    const valid = answers
      .filter(({ attempt }) => attempt.stream === stream && attempt.status === 200)
      .flatMap(({ data, valid }) => valid.map((position) => data?.[position] as { readonly id: string }));
    for (const { id } of valid) expect(stored).toContain(id);
  }
}

async function expectKeys(database: Database): Promise<void> {
  for (const { name, key } of TABLES) {
    const isNull = key.map((column) => `${column} IS NULL`).join(' OR ');
    const [row] = await database.rows(
      `SELECT (SELECT COUNT(*) FROM ${name}) - (SELECT COUNT(*) FROM (SELECT DISTINCT ${key.join(', ')} FROM ${name})) AS twice,
        (SELECT COUNT(*) FROM ${name} WHERE ${isNull}) AS lacking`,
    );
    expect([name, row]).toEqual([name, { twice: 0n, lacking: 0n }]);
  }
}

test('volumes whose sum is past any integer are loaded all the same', async () => {
  const total_volume = Number.MAX_SAFE_INTEGER;
  const pages = Array.from({ length: 12 }, (_, page) => ({
    attempt: { ...ATTEMPT, page: page + 1, is_last: page === 11 },
    body: {
      data: Array.from({ length: 100 }, (_, nth) => ({
        ...VALID_ROWS.report_records,
        id: `${page}-${nth}`,
        total_volume,
      })),
    },
  }));
  const listing = {
    attempt: { ...ATTEMPT, stream: 'aggregated_reports' as const, ip: null },
    body: { data: [{ ...VALID_ROWS.aggregated_reports, total_volume }] },
  };
  await withDatabase(async (database, directory) => {
    const items = await load(database, directory, 5, [listing, ...pages]);
    expect(items?.inserted).toBe(1_201n);
    const rows = await database.rows('SELECT detail_volume FROM meta_coverage');
    expect(rows).toEqual([{ detail_volume: 2n ** 63n - 1n }]);
  });
});
