import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFileSystem } from '../../src/files.ts';
import type { Database } from '../../src/load/database.ts';
import { type OutDirectory, outDirectory, prepareOutDirectory } from '../../src/load/out-directory.ts';
import { type Published, publish } from '../../src/load/publish.ts';
import { chooseBase, nextSequence, startVersion } from '../../src/load/versions.ts';
import { resolveLimits } from '../../src/options.ts';

const LIMITS = resolveLimits({});

/** A fresh out directory below the system's temporary directory. */
export async function newOut(): Promise<OutDirectory> {
  const out = outDirectory(join(await mkdtemp(join(tmpdir(), 'dmarc-etl-')), 'out'));
  await prepareOutDirectory(nodeFileSystem, out);
  return out;
}

/** Publishes a version made from the current one by `change`. */
export async function publishVersion(
  out: OutDirectory,
  run_id: string,
  change: (database: Database) => Promise<void>,
  warn: (message: string) => void = () => undefined,
): Promise<Published> {
  const base = await chooseBase(nodeFileSystem, out, warn);
  const { dir, database } = await startVersion(nodeFileSystem, out, run_id, base, LIMITS);
  await change(database);
  return publish(database, {
    fileSystem: nodeFileSystem,
    out,
    run_id,
    versionDir: dir,
    base,
    limits: LIMITS,
    api_origin: 'https://api.example.com',
    program_version: '0.0.0',
    runDay: '2025-11-05',
    publishedAt: '2025-11-05T00:00:00.000Z',
    sequence: await nextSequence(nodeFileSystem, out),
    catalog_hash: 'none',
    warn,
  });
}

/** Inserts a detail record of the given day. */
export async function insertRecord(
  database: Database,
  record_id: string,
  day: string,
  volume = 1,
): Promise<void> {
  await database.run(`INSERT INTO report_records (monitor_id, record_id, requested_ip, ip_address, ip_canonical, report_date, total_volume)
    VALUES ('m1', '${record_id}', '192.0.2.1', '192.0.2.1', '192.0.2.1', DATE '${day}', ${volume})`);
}
