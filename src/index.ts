/**
 * The library: the API client, and the commands that make and prove a dataset, for those who schedule from Node
 * (docs/library.md). What is not exported here may change at any time.
 */

export type { DmarcClient, MonitorFilter, ReportFilter, SourcesFilter } from './client/client.ts';
export { type ClientOptions, type OpenClient, openClient } from './client/open-client.ts';
export type {
  AggregatedReport,
  AuthResult,
  Monitor,
  MonitoredDomain,
  Percentage,
  ReportRecord,
  ReportSource,
} from './client/rows.ts';
export type { Clock } from './clock.ts';
export {
  ApiError,
  AuthenticationError,
  BusyError,
  CheckError,
  ConfigurationError,
  DataError,
  EtlError,
  OtherAccountError,
  PublishError,
  type Refusal,
  RefusedError,
  ResourceError,
  UncertainError,
} from './errors.ts';
export type { QuotaTold } from './extract/quota.ts';
export type { GovernorReport } from './extract/tally.ts';
export { check, plan, type ReplaySettings, type RunSettings, replay, run } from './library/dataset.ts';
export type { CheckedVersion } from './load/check-current.ts';
export type { QuotaReserveOption } from './options.ts';
export type { PlannedWork, PlanSummary } from './plan-summary.ts';
export type { ReplaySummary } from './replay-summary.ts';
export type { RunEvent } from './run/run-context.ts';
export type { RunSummary } from './run-summary.ts';
