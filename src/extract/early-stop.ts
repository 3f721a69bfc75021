/** What the sum needs of a record; the run brings the reader. */
export interface RecordVolume {
  readonly record_id: string;
  /** Its UTC day, as days since 1970-01-01: one id on two days is two records. */
  readonly report_day: number;
  /** Null if it cannot be read: it counts as 0, as in the dataset. */
  readonly total_volume: number | null;
}

/** Null for a row that cannot be read at all. */
export type ReadRecordVolume = (row: unknown) => RecordVolume | null;

/** What has become of an IP's records while its pages are read. */
export interface VolumeWatch {
  /** Takes a page in: whether the sum of the volumes is what it should be, so that nothing is missing. */
  readonly isEnough: (rows: readonly unknown[]) => boolean;
  /** Whether the records read so far have at least the volume that is listed; false if none is. */
  readonly hasListed: () => boolean;
  /** Whether any record so far was new, or had another volume than the stored one. */
  readonly hasNews: () => boolean;
}

/** What names a record below an address. */
export function recordKey({ record_id, report_day }: Pick<RecordVolume, 'record_id' | 'report_day'>): string {
  return `${report_day} ${record_id}`;
}

/**
 * Watches the sums of the volumes of an IP's records, the newest of a key: of stored ones and those read now, and of
 * those alone. `stored` is by {@link recordKey}.
 */
export function watchVolume(
  listed: number | null,
  stored: ReadonlyMap<string, number>,
  readRecord: ReadRecordVolume,
): VolumeWatch {
  const all = new VolumeSum(stored);
  const read = new VolumeSum(new Map());
  let hasNews = false;
  return {
    isEnough: (rows) => {
      for (const row of rows) {
        const record = readRecord(row);
        if (record === null) continue;
        hasNews = all.take(record) || hasNews;
        read.take(record);
      }
      return all.sum === listed;
    },
    hasListed: () => listed !== null && read.sum >= listed,
    hasNews: () => hasNews,
  };
}

class VolumeSum {
  readonly #volumes: Map<string, number>;
  sum = 0;

  constructor(volumes: ReadonlyMap<string, number>) {
    this.#volumes = new Map(volumes);
    for (const volume of volumes.values()) this.sum += volume;
  }

  /** Whether the record is new, or has another volume than before. */
  take(record: RecordVolume): boolean {
    const key = recordKey(record);
    const volume = record.total_volume ?? 0;
    const before = this.#volumes.get(key);
    this.sum += volume - (before ?? 0);
    this.#volumes.set(key, volume);
    return before !== volume;
  }
}
