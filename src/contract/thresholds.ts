/** A threshold that views use; it stands in the table `parameters`. */
export interface Threshold {
  readonly name: string;
  readonly value: number;
  readonly description: string;
}

function threshold(name: string, value: number, description: string): Threshold {
  return { name, value, description };
}

/** Every threshold with its default. Shares and rates are 0 to 1, days are UTC days, volumes are messages. */
export const THRESHOLDS: readonly Threshold[] = [
  threshold(
    'settled_after_days',
    3,
    'Days after which no more reports of a day are expected; younger days are marked as not settled',
  ),
  threshold('window_days', 30, 'Days, today included, that views of the recent past cover'),
  threshold('new_source_days', 14, 'Days for which a source counts as new after its first record'),
  threshold('new_source_grace_days', 14, 'First days of a monitor, in which every source would be new'),
  threshold('class_share', 0.9, 'Share of its messages from which on an outcome is typical of a source'),
  threshold(
    'class_declared_share',
    0.5,
    'Share of messages that receivers declare forwarded, of a forwarder',
  ),
  threshold('class_forward_max_share', 0.01, "Share of the monitor's messages up to which it may forward"),
  threshold('class_sure_volume', 100, 'Messages from which on the class of a source is a good guess'),
  threshold('quarantine_min_pass_rate', 0.95, 'Pass rate of known sources needed for p=quarantine'),
  threshold('quarantine_min_days', 14, 'Days since the first messages of the window needed for p=quarantine'),
  threshold('quarantine_min_volume', 250, 'Messages in the window needed for p=quarantine'),
  threshold('reject_min_pass_rate', 0.99, 'Pass rate of known sources needed for p=reject'),
  threshold('reject_min_days', 28, 'Days since the first messages of the window needed for p=reject'),
  threshold('reject_min_volume', 1000, 'Messages in the window needed for p=reject'),
  threshold('readiness_max_drop', 0.05, 'Fall of the rate of known sources that stops a stricter policy'),
  threshold('recent_days', 7, 'Days that are compared with the days before them'),
  threshold('spike_ratio', 2.5, 'Times the usual volume of its weekday from which on a day is a spike'),
  threshold('drop_ratio', 0.4, 'Share of the usual volume of its weekday below which a day is a drop'),
  threshold('anomaly_min_volume', 50, 'Messages by which volumes must differ, or rates rest on, to be odd'),
  threshold('pass_rate_drop', 0.15, 'Fall of a pass rate that is an anomaly'),
  threshold('reporter_silent_days', 7, 'Days without a record after which a reporter is silent'),
  threshold('no_data_days', 4, 'Days without a record after which a monitor has no data'),
  threshold('stale_after_days', 2, 'Days without a complete listing after which data is stale'),
  threshold('reconcile_tolerance', 0.05, 'Difference of listed and detailed volumes that is let pass'),
];
