import fc from 'fast-check';
import type { RunFlags } from '../../src/options.ts';
import type { RunSummary } from '../../src/run-summary.ts';
import { mortalFiles } from './mortal-files.ts';
import type { Account } from './night.ts';

/** A way to cut a run short. */
export type Interruption =
  | { readonly how: 'none' }
  | { readonly how: 'quota' | 'max-requests' | 'deadline' | 'signal' | 'killed'; readonly after: number };

/** Any of them, at a random point. `killed` counts changes of files, the others requests or answers. */
export const interruptions: fc.Arbitrary<Interruption> = fc.oneof(
  fc.constant<Interruption>({ how: 'none' }),
  fc.record({
    how: fc.constantFrom('quota' as const, 'max-requests' as const, 'deadline' as const, 'signal' as const),
    after: fc.integer({ min: 1, max: 25 }),
  }),
  fc.record({ how: fc.constant('killed' as const), after: fc.integer({ min: 1, max: 140 }) }),
);

/** How long a page takes on the clock of a run with a deadline. */
const PAGE_MS = 1_000;

/** One run that is cut short; null = killed. */
export async function interruptedRun(
  account: Account,
  interruption: Interruption,
  flags: RunFlags = {},
): Promise<RunSummary | null> {
  switch (interruption.how) {
    case 'none':
      return account.run(flags);
    case 'quota':
      return withQuota(account, interruption.after, flags);
    case 'max-requests':
      return account.run({ ...flags, maxRequests: interruption.after });
    case 'deadline': {
      const deadline = `${(interruption.after * PAGE_MS) / 1000}s`;
      return onPages(account, { ...flags, deadline }, () => account.clock.advance(PAGE_MS));
    }
    case 'signal': {
      const stop = new AbortController();
      return onPages(account, flags, (page) => page === interruption.after && stop.abort(), stop.signal);
    }
    default:
      return account.run(flags, { fileSystem: mortalFiles(interruption.after) }).catch(() => null);
  }
}

async function withQuota(account: Account, left: number, flags: RunFlags): Promise<RunSummary> {
  account.sandbox.configure({ quotaUsed: 0, quota: left });
  try {
    return await account.run({ ...flags, quotaReserve: '0' });
  } finally {
    account.sandbox.configure({ quotaUsed: 0, quota: 100_000 });
  }
}

function onPages(
  account: Account,
  flags: RunFlags,
  onPage: (page: number) => void,
  signal = new AbortController().signal,
): Promise<RunSummary> {
  let pages = 0;
  const tell = (event: { readonly type: string }) => {
    if (event.type === 'page') onPage(++pages);
  };
  return account.run(flags, { tell, signal });
}
