import { RefusedError, UncertainError } from '../errors.ts';
import type { Connection } from '../extract/exchange.ts';
import { datesUpTo, wantsDates } from '../extract/report-sources.ts';
import { readListing } from './read-listing.ts';
import { LISTINGS, WRITES } from './requests.ts';
import {
  type AggregatedReport,
  type Monitor,
  type ReportRecord,
  type ReportSource,
  readAggregatedReport,
  readMonitor,
  readReportRecord,
  readReportSource,
} from './rows.ts';
import { sendWrite } from './send-write.ts';

/** What the list of monitors may be asked for, beyond the document. */
export interface MonitorFilter {
  /** At most 255 characters. */
  readonly query?: string;
  readonly sort_by?: 'created_at' | 'updated_at' | 'dmarc_valid' | 'spf_status';
  readonly order?: 'asc' | 'desc';
}

/** What reports may be asked for, beyond the document. Days are `YYYY-MM-DD`, both inclusive. */
export interface ReportFilter {
  readonly date_from?: string;
  readonly date_to?: string;
  /** At most 255 characters. */
  readonly search?: string;
  readonly category?: string;
  readonly report_source?: string;
}

/** What report sources may be asked for, beyond the document. Days as in {@link ReportFilter}. */
export interface SourcesFilter {
  readonly date_from?: string;
  readonly date_to?: string;
  readonly status?: 'accepted' | 'rejected' | 'quarantined';
}

/** How often a monitor is asked to be created while no answer tells and none is to be seen. */
const CREATE_ATTEMPTS = 3;

/**
 * Every endpoint of the document (MailerSend: DMARC Monitoring), each request through the governor and retried where
 * that can do no harm. Listings are read as they are consumed, 100 rows a request.
 *
 * All methods throw RefusedError (3xx, 404, 422 and other 4xx), AuthenticationError (401, 403), ResourceError where this
 * machine has run out of something, ApiError for everything else of the API and for budgets that are spent,
 * ConfigurationError for an id that cannot be one, and the signal's reason. What changes something throws UncertainError
 * when no answer tells whether it was done.
 */
export class DmarcClient {
  readonly #connection: Connection;
  readonly #prepare: () => Promise<void>;
  readonly #today: () => string;

  /** `prepare` is awaited before every request, `today` is the UTC day. */
  constructor(connection: Connection, prepare: () => Promise<void>, today: () => string) {
    this.#connection = connection;
    this.#prepare = prepare;
    this.#today = today;
  }

  /** GET /dmarc-monitoring: the account's monitors. */
  async *monitors(filter: MonitorFilter = {}): AsyncGenerator<Monitor> {
    const listing = { segments: LISTINGS.monitors(), key: 'id', readRow: readMonitor };
    yield* this.#rows({ ...listing, filter: queryOf(filter) });
  }

  /** GET /dmarc-monitoring/{monitor_id}/report: a row a source IP. */
  async *aggregatedReports(monitor_id: string, filter: ReportFilter = {}): AsyncGenerator<AggregatedReport> {
    const segments = LISTINGS.aggregatedReports(monitor_id);
    const listing = { segments, key: 'ip_address', readRow: readAggregatedReport };
    yield* this.#rows({ ...listing, filter: queryOf(filter) });
  }

  /** GET /dmarc-monitoring/{monitor_id}/report/{ip}: the records of a source IP, spelled as the API spells it. */
  async *reportRecords(
    monitor_id: string,
    ip: string,
    filter: ReportFilter = {},
  ): AsyncGenerator<ReportRecord> {
    const listing = {
      segments: LISTINGS.reportRecords(monitor_id, ip),
      key: 'id',
      readRow: readReportRecord,
    };
    yield* this.#rows({ ...listing, filter: queryOf(filter) });
  }

  /**
   * GET /dmarc-monitoring/{monitor_id}/report-sources: the reporters. If the API refuses to answer without days, the 30
   * days up to today are asked for.
   */
  async *reportSources(monitor_id: string, filter: SourcesFilter = {}): AsyncGenerator<ReportSource> {
    const segments = LISTINGS.reportSources(monitor_id);
    const listing = { segments, key: 'report_source', readRow: readReportSource, isUnpaged: true };
    const query = queryOf(filter);
    try {
      yield* this.#rows({ ...listing, filter: query });
    } catch (error) {
      if ('date_from' in query || !isForDates(error)) throw error;
      yield* this.#rows({ ...listing, filter: { ...query, ...datesUpTo(this.#today()) } });
    }
  }

  /**
   * POST /dmarc-monitoring: a monitor for a domain of the account. No such request is repeated blindly: if an answer is
   * lost, the list of monitors tells whether it was done, and the monitor found there is returned.
   */
  async createMonitor(domain_id: string): Promise<Monitor> {
    const request = WRITES.createMonitor(domain_id);
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#write(request).catch(keepUncertain);
      if (!(answer instanceof UncertainError) && hasId(answer.data)) return readMonitor(answer.data);
      const lost = answer instanceof UncertainError ? answer : unreadable('POST', domain_id);
      const found = await this.#find((monitor) => monitor.domain?.id === domain_id, lost);
      if (found !== null) return found;
      if (attempt === CREATE_ATTEMPTS || lost !== answer) throw lost;
    }
  }

  /** PUT /dmarc-monitoring/{monitor_id}: the record that the account wants; the API takes at most 1,000 characters. */
  async updateMonitor(monitor_id: string, wanted_dmarc_record: string): Promise<Monitor> {
    const { data } = await this.#write(WRITES.updateMonitor(monitor_id, wanted_dmarc_record));
    if (hasId(data)) return readMonitor(data);
    const lost = unreadable('PUT', monitor_id);
    const found = await this.#find(({ id }) => id === monitor_id, lost);
    if (found === null) throw lost;
    return found;
  }

  /** DELETE /dmarc-monitoring/{monitor_id}. */
  async deleteMonitor(monitor_id: string): Promise<void> {
    await this.#write(WRITES.deleteMonitor(monitor_id));
  }

  /** PUT /dmarc-monitoring/{monitor_id}/favorite/{ip}, the address spelled as the API spells it. */
  async addFavorite(monitor_id: string, ip: string): Promise<void> {
    await this.#write(WRITES.addFavorite(monitor_id, ip));
  }

  /** DELETE /dmarc-monitoring/{monitor_id}/favorite/{ip}, the address spelled as the API spells it. */
  async removeFavorite(monitor_id: string, ip: string): Promise<void> {
    await this.#write(WRITES.removeFavorite(monitor_id, ip));
  }

  async *#rows<T>(listing: Parameters<typeof readListing<T>>[1]): AsyncGenerator<T> {
    await this.#prepare();
    yield* readListing(this.#connection, listing);
  }

  async #write(request: Parameters<typeof sendWrite>[1]): ReturnType<typeof sendWrite> {
    await this.#prepare();
    return sendWrite(this.#connection, request);
  }

  /** The monitor that a write may have left behind; throws `lost` if the list cannot be read. */
  async #find(isWanted: (monitor: Monitor) => boolean, lost: UncertainError): Promise<Monitor | null> {
    try {
      for await (const monitor of this.monitors()) if (isWanted(monitor)) return monitor;
      return null;
    } catch {
      throw lost;
    }
  }
}

function keepUncertain(error: unknown): UncertainError {
  if (error instanceof UncertainError) return error;
  throw error;
}

function unreadable(method: string, id: string): UncertainError {
  return new UncertainError(`${method} for ${id}: the API said that it was done, but not what came of it`);
}

function hasId(data: unknown): boolean {
  return typeof data === 'object' && data !== null && typeof Reflect.get(data, 'id') === 'string';
}

function isForDates(error: unknown): boolean {
  if (!(error instanceof RefusedError)) return false;
  const { status, fields } = error.refusal;
  return wantsDates(status, { message: error.message, errors: fields });
}

/** What is given of a filter. */
function queryOf(filter: object): Record<string, string> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
