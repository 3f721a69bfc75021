/** Requests by endpoint of the sandbox. */
export type Requests = Readonly<Record<string, number>>;

export interface QuietNight {
  readonly run_id: string;
  readonly asOf: string;
  readonly files: readonly {
    readonly path: string;
    readonly table: string | null;
    readonly month: string | null;
    readonly written_by: string;
  }[];
  readonly requests: Requests;
}

export function quietNightFaults(night: QuietNight, first: { readonly requests: Requests }): string[];
