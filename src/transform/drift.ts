import type { Row } from './batch-builder.ts';
import { cutText, jsonText } from './json-text.ts';

export type DriftKind = 'field' | 'enum' | 'type';

/** Something in an answer that the contract does not know. */
export interface Drift {
  readonly stream: string;
  /** JSON path with the array positions left out. */
  readonly path: string;
  readonly kind: DriftKind;
  /** An example of it. */
  readonly value: unknown;
  readonly seq: number;
  readonly item: number;
}

const SAMPLE_CHARACTERS = 200;

/** Tells each unknown thing once, with the first example. */
export class DriftLog {
  private readonly runId: string;
  private readonly append: (row: Row) => void;
  private readonly told = new Set<string>();

  constructor(runId: string, append: (row: Row) => void) {
    this.runId = runId;
    this.append = append;
  }

  tell({ stream, path, kind, value, seq, item }: Drift): void {
    const key = `${stream} ${kind} ${path}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    this.append({
      stream,
      path,
      kind,
      sample: cutText(jsonText(value) ?? '', SAMPLE_CHARACTERS),
      first_seen_run_id: this.runId,
      last_seen_run_id: this.runId,
      _seq: seq,
      _item: item,
    });
  }
}
