import type { Row } from '../row.ts';
import { numberOf, textOf } from './cells.ts';

const STRENGTH = ['none', 'quarantine', 'reject'];

/** How many tags of the published record fall short of the wanted one so that it matters; 0 if either is not told. */
export function seriousDrifts(monitor: Row, published: Row | undefined, wanted: Row | undefined): number {
  if (monitor.dmarc_record === null || wanted?.is_present !== true) return 0;
  const isShort = [
    ...['p', 'sp', 'np'].map((tag) => isPolicyShort(tag, published, wanted)),
    isPercentShort(published, wanted),
    isTestMode(published, wanted),
    isAddressLost(published, wanted),
  ];
  return isShort.filter(Boolean).length;
}

/** A DMARC record has a policy in force; any other text has none, and no defaults. */
function isRecord(row: Row | undefined): row is Row {
  return row !== undefined && row.effective_p !== null;
}

/** np falls back on sp, sp on p, p on none. */
function policyOf(tag: string, row: Row | undefined): string | null {
  const chain = ['np', 'sp', 'p'].slice(['np', 'sp', 'p'].indexOf(tag));
  const told = isRecord(row)
    ? chain.map((name) => textOf(row[name])).find((word) => word !== null)
    : textOf(row?.[tag]);
  return told ?? (isRecord(row) ? 'none' : null);
}

function isPolicyShort(tag: string, published: Row | undefined, wanted: Row): boolean {
  if (textOf(published?.[tag]) === null && textOf(wanted[tag]) === null) return false;
  const [is, should] = [policyOf(tag, published), policyOf(tag, wanted)];
  if (should === null || should === 'none' || is === should) return false;
  return is === null || STRENGTH.indexOf(is) < STRENGTH.indexOf(should) || should === 'reject';
}

function isPercentShort(published: Row | undefined, wanted: Row): boolean {
  const [is, should] = [published, wanted].map((row) => numberOf(row?.pct) ?? (isRecord(row) ? 100 : null));
  const isTold = numberOf(published?.pct) !== null || numberOf(wanted.pct) !== null;
  return isTold && is !== null && is !== undefined && should !== null && should !== undefined && is < should;
}

function isTestMode(published: Row | undefined, wanted: Row): boolean {
  const should = textOf(wanted.t) ?? (isRecord(wanted) ? 'n' : null);
  return published?.t === 'y' && should === 'n';
}

/** Addresses are a set, in lower case; more than wanted is fine. */
function isAddressLost(published: Row | undefined, wanted: Row): boolean {
  const addresses = (row: Row | undefined) =>
    textOf(row?.rua)?.replaceAll(' ', '').toLowerCase().split(',') ?? [];
  const is = addresses(published);
  return addresses(wanted).some((address) => address !== '' && !is.includes(address));
}
