import type { RecordBatch } from 'apache-arrow';
import { STAGED, type StagedName } from '../contract/staging.ts';
import { BatchBuilder, type Row } from './batch-builder.ts';

/** Collects staged rows of every table; tables without rows cost nothing. */
export class StagedRows {
  private readonly builders = new Map<StagedName, BatchBuilder>();

  append(name: StagedName, row: Row): void {
    this.builderOf(name).append(row);
  }

  /** One record batch for each table that got rows; the collection is done with. */
  finish(): ReadonlyMap<StagedName, RecordBatch> {
    return new Map([...this.builders].map(([name, builder]) => [name, builder.finish()]));
  }

  private builderOf(name: StagedName): BatchBuilder {
    const known = this.builders.get(name);
    if (known !== undefined) return known;
    const builder = new BatchBuilder(STAGED[name].schema);
    this.builders.set(name, builder);
    return builder;
  }
}
