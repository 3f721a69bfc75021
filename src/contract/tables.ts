import { aggregatedReports } from './aggregated-reports.ts';
import { authResults } from './auth-results.ts';
import { calendar } from './calendar.ts';
import { dmarcPolicies } from './dmarc-policies.ts';
import {
  metaChecks,
  metaCoverage,
  metaJournals,
  metaMonitorState,
  metaQuarantine,
  metaRuns,
  metaSchemaDrift,
  metaSnapshots,
} from './meta.ts';
import { monitorHistory } from './monitor-history.ts';
import { monitors } from './monitors.ts';
import { parameters } from './parameters.ts';
import { reportRecords } from './report-records.ts';
import { reportSources } from './report-sources.ts';
import type { TableContract } from './table.ts';

/** Every table of the contract, in the order in which they are created and published. */
export const TABLES: readonly TableContract[] = [
  monitors,
  monitorHistory,
  dmarcPolicies,
  aggregatedReports,
  reportRecords,
  authResults,
  reportSources,
  parameters,
  calendar,
  metaRuns,
  metaJournals,
  metaSnapshots,
  metaMonitorState,
  metaCoverage,
  metaChecks,
  metaQuarantine,
  metaSchemaDrift,
];
