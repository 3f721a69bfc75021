import type { StopReason } from '../journal/line.ts';

/** Why no request may be started any more in this run. */
export type BudgetReason = Extract<StopReason, 'quota' | 'max_requests' | 'deadline'>;

/** What may be spent is spent: the run ends as partial with this reason. */
export class BudgetSpent extends Error {
  readonly reason: BudgetReason;

  constructor(reason: BudgetReason) {
    super(`no further request: ${reason}`);
    this.name = 'BudgetSpent';
    this.reason = reason;
  }
}
