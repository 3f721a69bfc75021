import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { STAGED, type StagedName } from '../../src/contract/staging.ts';
import type { Attempt, Stream } from '../../src/journal/line.ts';
import { transformAttempts } from '../../src/transform/transform.ts';
import { attemptOf, CONTEXT, type PlainRow, rowsOf } from './staged-values.ts';

/** An answer, and every row it becomes. Tables that are not named get none; `attempts` is looked at elsewhere. */
interface Fixture {
  readonly answer: unknown;
  /** What else the journal line says. */
  readonly attempt?: Partial<Attempt>;
  readonly expected: Partial<Record<StagedName, PlainRow[]>>;
}

const TABLES = (Object.keys(STAGED) as StagedName[]).filter((name) => name !== 'attempts');

/** One test for each file of `test/fixtures/<folder>/`: to add a test, add a file. */
export function testFixtures(folder: string, stream: Stream): void {
  const directory = new URL(`../fixtures/${folder}/`, import.meta.url);
  const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  it.each(names.map((name) => [basename(name, '.json'), name]))('%s', (_, name) => {
    const fixture: Fixture = JSON.parse(readFileSync(new URL(name, directory), 'utf8'));
    const attempt = attemptOf(stream, { ...fixture.attempt, body: fixture.answer });
    const batches = transformAttempts([attempt], CONTEXT);
    for (const table of TABLES) {
      expect(rowsOf(batches, table), table).toEqual(fixture.expected[table] ?? []);
    }
  });
}
