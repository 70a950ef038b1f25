import { createHmac } from "node:crypto";
import type { PrismaClient } from "../prisma/generated/client.ts";

/**
 * For each agent an account, and the headers of a browser in which they are signed in, by their ids. `AUTH_SECRET` and
 * the rest of the environment must be set before.
 */
export async function signInAgents(db: PrismaClient): Promise<{ cookie: string }[]> {
  // It reads the environment as soon as it is loaded.
  const { staffAuth } = await import("../lib/identity/staff-auth.ts");
  await db.$executeRaw`INSERT INTO staff_accounts (id, name, email, role, agent_id, created_at, updated_at)
    SELECT 'account' || id, first_name, email, 'agent', id, now(), now() FROM agents`;
  const { internalAdapter, secret, authCookies } = await (await staffAuth(db)).$context;
  const agents = await db.agent.findMany({ select: { id: true }, orderBy: { id: "asc" } });
  return Promise.all(
    agents.map(async ({ id }) => {
      const { token } = await internalAdapter.createSession(`account${id}`);
      const signature = createHmac("sha256", secret).update(token).digest("base64");
      return { cookie: `${authCookies.sessionToken.name}=${encodeURIComponent(`${token}.${signature}`)}` };
    }),
  );
}
