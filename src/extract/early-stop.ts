/** What the sum needs of a record; the run brings the reader. */
export interface RecordVolume {
  readonly record_id: string;
  /** Null if it cannot be read: it counts as 0, as in the dataset. */
  readonly total_volume: number | null;
}

/** Null for a row that cannot be read at all. */
export type ReadRecordVolume = (row: unknown) => RecordVolume | null;

/** What has become of an IP's records while its pages are read. */
export interface VolumeWatch {
  /** Takes a page in: whether the sum of the volumes is what it should be, so that nothing is missing. */
  readonly isEnough: (rows: readonly unknown[]) => boolean;
  /** Whether any record so far was new, or had another volume than the stored one. */
  readonly hasNews: () => boolean;
}

/** Watches the sum of the volumes of an IP's records, stored ones and those read now, the newest of a key. */
export function watchVolume(
  enough: number,
  stored: ReadonlyMap<string, number>,
  readRecord: ReadRecordVolume,
): VolumeWatch {
  const volumes = new Map(stored);
  let sum = 0;
  let hasNews = false;
  for (const volume of volumes.values()) sum += volume;
  const add = ({ record_id, total_volume }: RecordVolume) => {
    const volume = total_volume ?? 0;
    hasNews ||= volumes.get(record_id) !== volume;
    sum += volume - (volumes.get(record_id) ?? 0);
    volumes.set(record_id, volume);
  };
  return {
    isEnough: (rows) => {
      for (const row of rows) {
        const record = readRecord(row);
        if (record !== null) add(record);
      }
      return sum === enough;
    },
    hasNews: () => hasNews,
  };
}
