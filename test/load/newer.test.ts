import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/errors.ts';
import { nodeFileSystem } from '../../src/files.ts';
import { chooseBase } from '../../src/load/versions.ts';
import { newOut, publishVersion } from './out-fixture.ts';

test('a dataset that a newer program wrote is refused, and left alone', async () => {
  const out = await newOut();
  await publishVersion(out, '20251105T000000Z-0001', async () => undefined);
  const path = join(out.current, 'manifest.json');
  await chmod(path, 0o644);
  const newer = (await readFile(path, 'utf8')).replace(/"contract_version": \d+/, '"contract_version": 9999');
  await writeFile(path, newer);
  await expect(chooseBase(nodeFileSystem, out, expect.fail)).rejects.toThrow(ConfigurationError);
  expect(await readFile(path, 'utf8')).toBe(newer);
});
