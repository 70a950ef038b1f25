import { env } from "#lib/base/env";
import { anyonesPage } from "#lib/http/page";
import { demoAccounts, demoPassword } from "#modules/access";

export type DemoAccount = { name: string; email: string; role: string; password: string };

/** The demo accounts with their passwords; none on an installation without a demo day. */
export async function offeredAccounts(): Promise<DemoAccount[]> {
  const accounts = await demoAccounts(anyonesPage());
  return accounts.map((account) => ({ ...account, password: demoPassword(env().AUTH_SECRET, account.email) }));
}
