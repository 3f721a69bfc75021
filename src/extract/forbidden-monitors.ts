import type { PageItem } from './pagination.ts';

/** IPs of a monitor that answer 403 one after the other, after which the others are not asked for. */
const ENOUGH = 3;

/** Monitors whose details the API forbids one by one: every request more would cost quota and bring another 403. */
export class ForbiddenMonitors {
  readonly #inARow = new Map<string, number>();

  /** An IP of the monitor could not be read. */
  note(monitor_id: string, item: PageItem): void {
    if (item.kind !== 'refused' || item.status !== 403) return;
    this.#inARow.set(monitor_id, (this.#inARow.get(monitor_id) ?? 0) + 1);
  }

  /** An IP of the monitor was read. */
  clear(monitor_id: string): void {
    this.#inARow.delete(monitor_id);
  }

  has(monitor_id: string): boolean {
    return (this.#inARow.get(monitor_id) ?? 0) >= ENOUGH;
  }
}
