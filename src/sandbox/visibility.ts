import type { Account, RecordFacts } from './account.ts';

/** Days since 1970 from and to which records are covered, both included. */
export interface DayRange {
  from: number;
  to: number;
}

/** The days that an answer covers when no dates are given. */
export function defaultRange(account: Account): DayRange {
  const { window } = account.options;
  return {
    from: window === null ? Number.NEGATIVE_INFINITY : account.today - window + 1,
    to: Number.POSITIVE_INFINITY,
  };
}

/** The days that an answer covers when these dates are given and honoured. */
export function datedRange(account: Account, from: number | null, to: number | null): DayRange {
  const plain = defaultRange(account);
  const wanted = { from: from ?? plain.from, to: to ?? plain.to };
  return account.options.windowHard ? { ...wanted, from: Math.max(wanted.from, plain.from) } : wanted;
}

/** Whether the record has arrived and its day is covered. */
export function isVisible(account: Account, facts: RecordFacts, range: DayRange): boolean {
  return facts.arrives <= account.today && facts.day >= range.from && facts.day <= range.to;
}
