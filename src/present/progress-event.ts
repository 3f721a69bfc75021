/** What the progress display is told while a run goes on, as plain data. */
export type ProgressEvent =
  /** A stage begins, e.g. `extract`, `load`, `publish`. */
  | { readonly type: 'stage'; readonly stage: string }
  /** A monitor's aggregated listing was read: it names `ips` more source IPs. */
  | { readonly type: 'listing'; readonly monitor: string; readonly ips: number }
  /** So many IPs of all that were listed are to be asked for; before this it is all of them. */
  | { readonly type: 'planned'; readonly ips: number }
  /** A page of any stream was received, with so many detail records. */
  | { readonly type: 'page'; readonly monitor: string | null; readonly records: number }
  /** An IP is done with. */
  | { readonly type: 'ip-done' }
  /** Nothing is sent for `ms` milliseconds, because of `reason`. */
  | { readonly type: 'waiting'; readonly reason: string; readonly ms: number }
  /** An attempt failed and is made again. */
  | { readonly type: 'retry' }
  /** A scope was given up. */
  | { readonly type: 'skipped' };
