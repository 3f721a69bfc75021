import { ConfigurationError } from '../errors.ts';
import { numberWithin, type ReadValue, wholeNumber } from '../option-values.ts';

/** A threshold that views use; it stands in the table `parameters`. */
export interface Threshold {
  readonly name: string;
  /** Its default. */
  readonly value: number;
  readonly description: string;
  /** Refuses what is out of bounds. */
  readonly read: ReadValue<number, number>;
}

const MOST_DAYS = 36_500;
const MOST_MESSAGES = 1_000_000_000_000;
const MOST_TIMES = 1_000_000;

const kind = (read: ReadValue<number, number>) => (name: string, value: number, description: string) =>
  ({ name, value, description, read }) satisfies Threshold;

const days = kind(wholeNumber(0, MOST_DAYS));
const volume = kind(wholeNumber(0, MOST_MESSAGES));
const share = kind(numberWithin(0, 1));
const ratio = kind(numberWithin(0, MOST_TIMES));

/** Every threshold with its default. Shares and rates are 0 to 1, days are UTC days, volumes are messages. */
export const THRESHOLDS: readonly Threshold[] = [
  days(
    'settled_after_days',
    3,
    'Days after which no more reports of a day are expected; younger days are marked as not settled',
  ),
  days('window_days', 30, 'Days, today included, that views of the recent past cover'),
  days('new_source_days', 14, 'Days for which a source counts as new after its first record'),
  days('new_source_grace_days', 14, 'First days of a monitor, in which every source would be new'),
  share('class_share', 0.9, 'Share of its messages from which on an outcome is typical of a source'),
  share('class_declared_share', 0.5, 'Share of messages that receivers declare forwarded, of a forwarder'),
  share('class_forward_max_share', 0.01, "Share of the monitor's messages up to which it may forward"),
  volume('class_sure_volume', 100, 'Messages from which on the class of a source is a good guess'),
  share('quarantine_min_pass_rate', 0.95, 'Pass rate of known sources needed for p=quarantine'),
  days('quarantine_min_days', 14, 'Days since the first messages of the window needed for p=quarantine'),
  volume('quarantine_min_volume', 250, 'Messages in the window needed for p=quarantine'),
  share('reject_min_pass_rate', 0.99, 'Pass rate of known sources needed for p=reject'),
  days('reject_min_days', 28, 'Days since the first messages of the window needed for p=reject'),
  volume('reject_min_volume', 1000, 'Messages in the window needed for p=reject'),
  share('readiness_max_drop', 0.05, 'Fall of the rate of known sources that stops a stricter policy'),
  days('recent_days', 7, 'Days that are compared with the days before them'),
  ratio('spike_ratio', 2.5, 'Times the usual volume of its weekday from which on a day is a spike'),
  ratio('drop_ratio', 0.4, 'Share of the usual volume of its weekday below which a day is a drop'),
  volume('anomaly_min_volume', 50, 'Messages by which volumes must differ, or rates rest on, to be odd'),
  share('pass_rate_drop', 0.15, 'Fall of a pass rate that is an anomaly'),
  days('reporter_silent_days', 7, 'Days without a record after which a reporter is silent'),
  days('no_data_days', 4, 'Days without a record after which a monitor has no data'),
  days('stale_after_days', 2, 'Days without a complete listing after which data is stale'),
  share('reconcile_tolerance', 0.05, 'Difference of listed and detailed volumes that is let pass'),
];

/** All thresholds with the values given by name, the others with their defaults. Throws ConfigurationError. */
export function resolveThresholds(given: Readonly<Record<string, number>>): readonly Threshold[] {
  const unknown = Object.keys(given).find((name) => !THRESHOLDS.some((known) => known.name === name));
  if (unknown !== undefined) throw new ConfigurationError(`there is no threshold ${unknown}`);
  return THRESHOLDS.map((threshold) => {
    const { name, value, read } = threshold;
    return { ...threshold, value: read(given[name] ?? value, name) };
  });
}
