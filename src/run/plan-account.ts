import { parseBaseUrl } from '../extract/base-url.ts';
import { outDirectory } from '../load/out-directory.ts';
import type { RunOptions } from '../options.ts';
import type { PlanSummary } from '../plan-summary.ts';
import { type Extracted, extractAccount } from './extract-account.ts';
import { openSession } from './open-session.ts';
import { discardVersion } from './publish-version.ts';
import {
  keptDays,
  openContext,
  ownEffects,
  type RunContext,
  type RunEffects,
  runDay,
} from './run-context.ts';
import { withLock } from './with-lock.ts';
import { openWorkingVersion } from './working-version.ts';

/** Requests a minute, unless the operator allows fewer (API facts: account limits). */
const RATE_PER_MINUTE = 60;

/**
 * Lists the account and tells what a run would fetch and why, and what it would cost. Publishes nothing; what the
 * listing received stays in its journal, and the next run loads it. Throws what a run throws.
 */
export async function planAccount(options: RunOptions, effects: RunEffects): Promise<PlanSummary> {
  const warnings: string[] = [];
  const own = ownEffects(effects, warnings);
  const baseUrl = parseBaseUrl(options.apiUrl);
  return withLock(own.fileSystem, outDirectory(options.out), async () => {
    const session = await openSession(baseUrl, options, own);
    return planLocked(openContext(options, own, session))
      .then((summary) => ({ ...summary, warnings }))
      .finally(() => session.close());
  });
}

async function planLocked(context: RunContext): Promise<PlanSummary> {
  const version = await openWorkingVersion({
    ...context,
    api_origin: context.baseUrl.origin,
    limits: context.options.limits,
    ...keptDays(context),
    allowPurge: context.options.allowPurge,
    today: runDay(context),
  });
  try {
    return summarise(context, await extractAccount(context, version.database, { isPlanOnly: true }));
  } finally {
    await discardVersion(context, version);
  }
}

function summarise({ run_id, options }: RunContext, { extraction, footer }: Extracted): PlanSummary {
  const { planned, plannedSources, listedMonitors, listedIps, end } = extraction;
  const pages = Object.values(planned).reduce((sum, work) => sum + work.pages, 0);
  const requests = pages + plannedSources;
  const ofRun = requests + footer.requests;
  const quota_left = footer.quota_after;
  const rate =
    options.ratePerMinute === null || options.ratePerMinute === 0 ? RATE_PER_MINUTE : options.ratePerMinute;
  return {
    run_id,
    monitors: listedMonitors,
    ips: listedIps,
    details: planned,
    sources: plannedSources,
    listing_requests: footer.requests,
    requests,
    minutes: Math.ceil(ofRun / rate),
    quota_left,
    quota_share: quota_left === null || quota_left === 0 ? null : ofRun / quota_left,
    is_complete: end.stop_reason === 'done',
    warnings: [],
  };
}
