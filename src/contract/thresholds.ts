/** A threshold that views use; it stands in the table `parameters`. */
export interface Threshold {
  readonly name: string;
  readonly value: number;
  readonly description: string;
}

/** Every threshold with its default. */
export const THRESHOLDS: readonly Threshold[] = [
  {
    name: 'settled_after_days',
    value: 3,
    description:
      'Days after which no more reports of a day are expected; younger days are marked as not settled',
  },
];
