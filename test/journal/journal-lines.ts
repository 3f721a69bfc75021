import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { AttemptFields, FooterFields, HeaderFields, JournalLine } from '../../src/journal/line.ts';
import { parseAttempts } from '../../src/journal/parse.ts';
import { openReader, type ReadJournalOptions } from '../../src/journal/read.ts';

export const HEADER: HeaderFields = {
  run_id: '20251105T020000Z-0a1b',
  program_version: '0.1.0',
  mode: 'incremental',
  started_at: '2025-11-05T02:00:00.000Z',
  api_origin: 'https://api.mailersend.com',
  quota_before: 1000,
};

export const ATTEMPT: AttemptFields = {
  stream: 'report_records',
  monitor_id: 'm1',
  ip: '192.0.2.1',
  page: 1,
  is_last: true,
  fingerprint: '2:1000000:0:1000000',
  received_at: '2025-11-05T02:00:01.000Z',
  status: 200,
  duration_ms: 12,
  params: { page: '1', limit: '100' },
};

export const FOOTER: FooterFields = {
  status: 'ok',
  stop_reason: 'done',
  finished_at: '2025-11-05T02:01:00.000Z',
  requests: 1,
  retries: 0,
  rate_limited: 0,
  waited_ms: 0,
  quota_after: 999,
  bytes: 11,
};

/** Runs with a new directory that is removed afterwards. */
export async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'journal-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** All lines of a journal. */
export async function linesOf(path: string, options: ReadJournalOptions = {}): Promise<JournalLine[]> {
  const reader = await openReader(path, options);
  if (reader === null) return [];
  const lines: JournalLine[] = [reader.header];
  for await (const group of reader.groups) lines.push(...parseAttempts(group));
  const { footer, lines: told } = reader.end();
  if (footer !== null) lines.push(footer);
  expect(told).toBe(lines.length);
  return lines;
}
