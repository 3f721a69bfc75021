import type { OpenClient } from '../client/open-client.ts';
import { EXIT, RefusedError } from '../errors.ts';
import type { Terminal } from '../present/terminal.ts';
import { WRITE_FLAGS, type WriteValues } from './api-flags.ts';
import { printDryRun, printOutcome } from './api-output.ts';
import { type Command, type CommandGroup, defineCommand } from './command.ts';
import { resolveMonitorId } from './resolve-monitor.ts';
import { withClient } from './with-client.ts';

/** What is done to each address. */
interface Action {
  readonly word: 'add' | 'remove';
  readonly done: 'added' | 'removed';
  readonly describe: string;
}

export const favoritesCommands: CommandGroup = {
  name: 'favorites',
  describe: 'Marks source IPs as favourites, or ends that',
  commands: [
    favoritesCommand({ word: 'add', done: 'added', describe: 'Marks source IPs of a monitor as favourites' }),
    favoritesCommand({
      word: 'remove',
      done: 'removed',
      describe: 'Removes source IPs of a monitor from its favourites',
    }),
  ],
};

function favoritesCommand(action: Action): Command {
  return defineCommand({
    name: `favorites ${action.word}`,
    operand: { name: 'monitor', describe: 'the id or the domain of a monitor' },
    further: {
      name: 'ip',
      describe: 'an IPv4 or IPv6 address of its report, in any spelling',
      least: 1,
      most: null,
    },
    describe: action.describe,
    flags: WRITE_FLAGS,
    examples: [[`$0 favorites ${action.word} example.org 192.0.2.1 2001:db8::1`, 'two of them']],
    async run(values, named, terminal, words) {
      const { readAddresses } = await import('../manage/read-addresses.ts');
      const addresses = readAddresses(words);
      return withClient(values, terminal, async (open) => {
        const work = { action, addresses, monitor_id: await resolveMonitorId(open, named) };
        return values['dry-run']
          ? showRequests(values, terminal, open, work)
          : mark(values, terminal, open, work);
      });
    },
  });
}

interface Work {
  readonly action: Action;
  readonly monitor_id: string;
  /** Canonical, each once. */
  readonly addresses: readonly string[];
}

async function showRequests(
  values: WriteValues,
  terminal: Terminal,
  open: OpenClient,
  { action, monitor_id, addresses }: Work,
): Promise<number> {
  const { WRITES } = await import('../client/requests.ts');
  const write = action.word === 'add' ? WRITES.addFavorite : WRITES.removeFavorite;
  const requests = addresses.map((ip) => write(monitor_id, ip));
  return printDryRun(values, terminal, open, requests, { monitor_id });
}

/** What came of an address. */
interface AddressOutcome {
  /** Canonical. */
  readonly ip: string;
  readonly outcome: 'added' | 'removed' | 'refused' | 'failed' | 'not_sent';
  readonly error: string | null;
}

/** One address after the other; one that is refused stops none of the others, any other error does. */
async function mark(values: WriteValues, terminal: Terminal, open: OpenClient, work: Work): Promise<number> {
  const send = senderOf(open, work);
  const results: AddressOutcome[] = [];
  const stopped: unknown[] = [];
  for (const ip of work.addresses) {
    if (stopped.length > 0) {
      results.push({ ip, outcome: 'not_sent', error: null });
      continue;
    }
    try {
      await send(ip);
      results.push({ ip, outcome: work.action.done, error: null });
    } catch (error) {
      const isRefused = error instanceof RefusedError;
      if (!isRefused) stopped.push(error);
      results.push({ ip, outcome: isRefused ? 'refused' : 'failed', error: messageOf(error) });
    }
  }
  const outcome = { monitor_id: work.monitor_id, addresses: results };
  await printOutcome(values, terminal, outcome, results.map(lineOf));
  if (stopped.length > 0) throw stopped[0];
  return results.every((result) => result.outcome === work.action.done) ? EXIT.ok : EXIT.failed;
}

/**
 * Sends an address in its canonical spelling. If the API does not find it, the report is read, once for all addresses:
 * it may be spelled otherwise there, and is sent in that spelling then.
 */
function senderOf({ client }: OpenClient, { action, monitor_id }: Work): (ip: string) => Promise<void> {
  const send = (ip: string) =>
    action.word === 'add' ? client.addFavorite(monitor_id, ip) : client.removeFavorite(monitor_id, ip);
  let spellings: Promise<ReadonlyMap<string, string>> | null = null;
  return async (ip) => {
    try {
      return await send(ip);
    } catch (error) {
      if (!(error instanceof RefusedError) || error.refusal.status !== 404) throw error;
      const { spellingsIn } = await import('../manage/read-addresses.ts');
      spellings ??= spellingsIn(client.aggregatedReports(monitor_id));
      const spelling = (await spellings).get(ip);
      if (spelling === undefined) throw notListed(ip, error);
      if (spelling === ip) throw error;
      await send(spelling);
    }
  };
}

function notListed(ip: string, { message, refusal }: RefusedError): RefusedError {
  return new RefusedError(`${ip} is not among the source IPs of the monitor's report: ${message}`, refusal);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function lineOf({ ip, outcome, error }: AddressOutcome): string {
  return `${ip}: ${outcome.replace('_', ' ')}${error === null ? '' : `: ${error}`}`;
}
