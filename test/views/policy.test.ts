import { expect, test } from 'vitest';
import { type Cells, insert, monitor, openViews, select } from './view-fixture.ts';

function policy(monitor_id: string, kind: 'published' | 'wanted', cells: Cells): Cells {
  return { monitor_id, kind, is_present: true, is_valid: true, ...cells };
}

test('v_policy_current: state of the record and how far it enforces', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [
    monitor('m1', 'a.example', { dmarc_record: 'v=DMARC1; p=reject', wanted_dmarc_record: 'rua=mailto:x' }),
    monitor('m2', 'b.example', { dmarc_record: '' }),
    monitor('m3', 'c.example'),
    monitor('m4', 'd.example', { dmarc_record: 'v=DMARC1; p=reject; sp=none' }),
    monitor('m5', 'e.example', { dmarc_record: 'v=DMARC1; p=quarantine; pct=50' }),
    monitor('m6', 'f.example', { dmarc_record: 'v=spf1' }),
    monitor('m7', 'g.example', { dmarc_record: 'v=DMARC1; p=quarantine' }),
    monitor('m8', 'h.example', { dmarc_record: 'v=DMARC1; p=none; sp=reject' }),
  ]);
  await insert(database, 'dmarc_policies', [
    policy('m1', 'published', { p: 'reject', effective_p: 'reject', effective_sp: 'reject' }),
    policy('m1', 'wanted', { rua: 'mailto:x', is_valid: false }),
    policy('m2', 'published', { is_present: false, is_valid: false }),
    policy('m4', 'published', { p: 'reject', sp: 'none', effective_p: 'reject', effective_sp: 'none' }),
    policy('m5', 'published', { p: 'quarantine', pct: 50, effective_p: 'none', effective_sp: 'none' }),
    policy('m6', 'published', { is_valid: false, errors: 'v=DMARC1 is not the first tag' }),
    policy('m7', 'published', {
      p: 'quarantine',
      adkim: 's',
      effective_p: 'quarantine',
      effective_sp: 'quarantine',
    }),
    policy('m8', 'published', { p: 'none', sp: 'reject', effective_p: 'none', effective_sp: 'reject' }),
  ]);
  expect(
    await select(
      database,
      `SELECT monitor_id, record_state, adkim, aspf, effective_p, enforcement_level, is_sp_weaker FROM v_policy_current ORDER BY monitor_id`,
    ),
  ).toEqual([
    ['m1', 'valid', 'r', 'r', 'reject', 3, false],
    ['m2', 'none', null, null, null, null, null],
    ['m3', 'not_told', null, null, null, null, null],
    ['m4', 'valid', 'r', 'r', 'reject', 1, true],
    ['m5', 'valid', 'r', 'r', 'none', 1, false],
    ['m6', 'invalid', null, null, null, null, null],
    ['m7', 'valid', 's', 'r', 'quarantine', 2, false],
    ['m8', 'valid', 'r', 'r', 'none', 0, false],
  ]);
});

test('v_policy_drift: values with their defaults are compared, addresses as a set, a fragment asks for its tags only', async () => {
  const database = await openViews();
  await insert(database, 'monitors', [
    monitor('m1', 'a.example', { dmarc_record: 'x' }),
    monitor('m2', 'b.example', { dmarc_record: 'x' }),
    monitor('m3', 'c.example', { dmarc_record: '' }),
    monitor('m4', 'd.example'),
    monitor('m5', 'e.example', { dmarc_record: 'x' }),
  ]);
  await insert(database, 'dmarc_policies', [
    policy('m1', 'published', {
      p: 'quarantine',
      sp: 'quarantine',
      aspf: 's',
      pct: 100,
      t: 'y',
      rua: 'mailto:B@x, mailto:a@x',
      ruf: 'mailto:r@x',
      effective_p: 'none',
    }),
    policy('m1', 'wanted', { p: 'reject', adkim: 'r', rua: 'mailto:a@x,mailto:b@x', effective_p: 'reject' }),
    policy('m2', 'published', { p: 'none', rua: 'mailto:z@x,mailto:a@x', effective_p: 'none' }),
    policy('m2', 'wanted', { rua: 'mailto:a@x' }),
    policy('m3', 'published', { is_present: false }),
    policy('m3', 'wanted', { p: 'none', pct: 50, effective_p: 'none' }),
    policy('m4', 'wanted', { p: 'none', effective_p: 'none' }),
    policy('m5', 'published', { p: 'reject', pct: 20, rua: 'mailto:aa@x', effective_p: 'quarantine' }),
    policy('m5', 'wanted', {
      p: 'quarantine',
      sp: 'quarantine',
      rua: 'mailto:a@x',
      effective_p: 'quarantine',
    }),
  ]);
  expect(
    await select(
      database,
      'SELECT monitor_id, tag, published_effective, wanted_effective, status, severity FROM v_policy_drift ORDER BY monitor_id, tag',
    ),
  ).toEqual([
    ['m1', 'adkim', 'r', 'r', 'equivalent', 'none'],
    ['m1', 'aspf', 's', 'r', 'extra_live', 'low'],
    ['m1', 'p', 'quarantine', 'reject', 'changed', 'high'],
    ['m1', 'pct', '100', '100', 'equivalent', 'none'],
    ['m1', 'rua', 'mailto:b@x,mailto:a@x', 'mailto:a@x,mailto:b@x', 'equivalent', 'none'],
    ['m1', 'ruf', 'mailto:r@x', null, 'extra_live', 'none'],
    ['m1', 'sp', 'quarantine', 'reject', 'extra_live', 'high'],
    ['m1', 't', 'y', 'n', 'extra_live', 'high'],
    ['m2', 'p', 'none', null, 'extra_live', 'none'],
    ['m2', 'rua', 'mailto:z@x,mailto:a@x', 'mailto:a@x', 'extra_live', 'low'],
    ['m3', 'p', null, 'none', 'missing_live', 'low'],
    ['m3', 'pct', null, '50', 'missing_live', 'low'],
    ['m4', 'p', null, 'none', 'not_checked', 'none'],
    ['m5', 'p', 'reject', 'quarantine', 'changed', 'low'],
    ['m5', 'pct', '20', '100', 'extra_live', 'high'],
    ['m5', 'rua', 'mailto:aa@x', 'mailto:a@x', 'changed', 'high'],
    // The published sp defaults to reject, which is stricter than wanted.
    ['m5', 'sp', 'reject', 'quarantine', 'missing_live', 'low'],
  ]);
});
