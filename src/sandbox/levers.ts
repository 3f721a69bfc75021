import { type Account, findMonitor, type Monitor, type RecordFacts, type Source } from './account.ts';
import { addMonitorWithHistory, removeMonitor } from './history.ts';
import { addRecord, addSource } from './oddities.ts';

/** What a test may do to the account behind the API's back. All throw a RangeError for what does not exist. */
export interface Levers {
  /** Adds a monitor with history; its id. */
  addMonitor(size?: { ips?: number; days?: number }): string;
  removeMonitor(monitorId: string): void;
  /** Replaces or adds fields of the monitor's row. */
  setMonitor(monitorId: string, patch: Record<string, unknown>): void;
  /** Adds an IP with so many (1) records of today, all alike; advanceDay adds none to it. */
  addSource(monitorId: string, ip: string, records?: number): void;
  removeSource(monitorId: string, ip: string): void;
  /** Replaces or adds fields of the IP's aggregated row. */
  setSource(monitorId: string, ip: string, patch: Record<string, unknown>): void;
  /** Lets the details of a listed IP answer 404, or work again. */
  failDetails(monitorId: string, ip: string, gone?: boolean): void;
  /** Adds a record of today with these fields; its id. `patch` as in setRecord. */
  addRecord(monitorId: string, ip: string, patch?: Record<string, unknown>): string;
  /** Replaces or adds fields of a record; a numeric total_volume also counts in the aggregated row. */
  setRecord(monitorId: string, recordId: string, patch: Record<string, unknown>): void;
  removeRecord(monitorId: string, recordId: string): void;
}

/** The levers of an account. */
export function makeLevers(account: Account): Levers {
  const change = <A extends unknown[], R>(act: (...args: A) => R) => {
    return (...args: A): R => {
      account.version += 1;
      return act(...args);
    };
  };
  return {
    addMonitor: change(({ ips = account.options.ips, days = account.options.days } = {}) => {
      return addMonitorWithHistory(account, ips, days).id;
    }),
    removeMonitor: change((monitorId) => removeMonitor(account, monitorId)),
    setMonitor: change((monitorId, patch) => addEdits(monitorOf(account, monitorId), patch)),
    addSource: change((monitorId, ip, records = 1) => {
      addSource(account, monitorOf(account, monitorId), ip, records);
    }),
    removeSource: change((monitorId, ip) => {
      monitorOf(account, monitorId).sources.delete(sourceOf(account, monitorId, ip).ip);
    }),
    setSource: change((monitorId, ip, patch) => addEdits(sourceOf(account, monitorId, ip), patch)),
    failDetails: change((monitorId, ip, gone = true) => {
      sourceOf(account, monitorId, ip).gone = gone;
    }),
    addRecord: change((monitorId, ip, patch = {}) => {
      const source = sourceOf(account, monitorId, ip);
      const monitor = monitorOf(account, monitorId);
      const facts = addRecord(account, monitor, source, `added ${account.version}`);
      patchRecord(facts, patch);
      return facts.id;
    }),
    setRecord: change((monitorId, recordId, patch) => {
      patchRecord(recordOf(account, monitorId, recordId).facts, patch);
    }),
    removeRecord: change((monitorId, recordId) => {
      const { source, facts } = recordOf(account, monitorId, recordId);
      source.records = source.records.filter((other) => other !== facts);
    }),
  };
}

function patchRecord(facts: RecordFacts, patch: Record<string, unknown>): void {
  const { total_volume: volume, id, ...others } = patch;
  if (typeof volume === 'number') facts.volume = volume;
  else if (volume !== undefined) addEdits(facts, { total_volume: volume });
  if (typeof id === 'string') facts.id = id;
  addEdits(facts, others);
}

function addEdits(target: Monitor | Source | RecordFacts, patch: Record<string, unknown>): void {
  target.edits = { ...target.edits, set: { ...target.edits.set, ...patch } };
}

function monitorOf(account: Account, id: string): Monitor {
  const monitor = findMonitor(account, id);
  if (monitor === undefined) throw new RangeError(`sandbox: no monitor ${id}`);
  return monitor;
}

function sourceOf(account: Account, monitorId: string, ip: string): Source {
  const source = monitorOf(account, monitorId).sources.get(ip);
  if (source === undefined) throw new RangeError(`sandbox: monitor ${monitorId} has no IP ${ip}`);
  return source;
}

function recordOf(account: Account, monitorId: string, id: string): { source: Source; facts: RecordFacts } {
  for (const source of monitorOf(account, monitorId).sources.values()) {
    const facts = source.records.find((record) => record.id === id);
    if (facts !== undefined) return { source, facts };
  }
  throw new RangeError(`sandbox: monitor ${monitorId} has no record ${id}`);
}
