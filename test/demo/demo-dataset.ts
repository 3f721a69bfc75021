import { Account } from '../run/night.ts';

/** The account of `npm run demo` (the sandbox's defaults), exported on a fixed day into a directory of its own. */
export async function exportDemo(): Promise<Account> {
  const account = await Account.open({ start: '2025-11-30T02:00:00Z' });
  await account.run();
  return account;
}
