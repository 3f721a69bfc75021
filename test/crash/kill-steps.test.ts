import { afterAll, beforeAll, expect, test } from 'vitest';
import { CrashAccount } from './crash-account.ts';
import { Scores } from './fault-points.ts';
import type { Standing } from './fault-world.ts';

/** Steps of a publish and of what follows it, in order, each as the call before which the process dies. */
const STEPS: readonly { readonly name: string; readonly dieAt: string; readonly leaves: Standing }[] = [
  { name: 'copy the database', dieAt: 'copyFile dmarc.duckdb 1', leaves: 'old' },
  { name: 'link the first file', dieAt: 'link part-0.parquet 1', leaves: 'old' },
  { name: 'link the third file', dieAt: 'link part-0.parquet 3', leaves: 'old' },
  { name: 'make the directory of a file', dieAt: 'mkdir month=.* 2', leaves: 'old' },
  { name: 'write the manifest', dieAt: 'open manifest.json 1', leaves: 'old' },
  { name: 'make the database read-only', dieAt: 'chmod dmarc.duckdb 2', leaves: 'old' },
  { name: 'make the manifest read-only', dieAt: 'chmod manifest.json 1', leaves: 'old' },
  { name: 'make the new link', dieAt: 'symlink current.new 1', leaves: 'old' },
  { name: 'swap', dieAt: 'rename current 1', leaves: 'old' },
  { name: 'read the versions to prune', dieAt: 'readdir versions 4', leaves: 'new' },
  { name: 'compress the journal', dieAt: 'open .*.gz.tmp 1', leaves: 'new' },
  { name: 'put the compressed journal in place', dieAt: 'rename .*.gz 1', leaves: 'new' },
];

const scores = new Scores('kill -9 at the steps of a publish');
let account: CrashAccount;
beforeAll(async () => {
  account = await CrashAccount.open({ seed: 20_780 });
  await account.expectTruth(await account.finish());
});
afterAll(async () => {
  scores.tell();
  await account.close();
});

test('killed at a step of the publish: one whole version stays, and the next run ends in the exact truth', async () => {
  const score = scores.open('second and later nights', STEPS.length);
  for (const step of STEPS) {
    account.nextDay();
    await score.try(step.name, async () => {
      const before = await account.target();
      const { signal, stderr } = await account.start([], step.dieAt).ended;
      expect(signal, `the step was not reached:\n${stderr}`).toBe('SIGKILL');
      await account.verify();
      const standing: Standing = (await account.target()) === before ? 'old' : 'new';
      expect(standing).toBe(step.leaves);
      await account.expectTruth(await account.finish());
      return standing;
    });
  }
  score.end();
}, 300_000);
