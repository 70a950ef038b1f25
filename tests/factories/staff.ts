import { createHmac, randomUUID } from "node:crypto";
import { setPassword } from "#modules/access";
import { hashPassword } from "#lib/identity/slow-hash";
import { staffAuth } from "#lib/identity/staff-auth";
import { aCtx } from "../setup/ctx.ts";
import { db } from "../setup/database.ts";
import { beforeEveryTest } from "../setup/hooks.ts";
import { AUTH_SECRET } from "../setup/secrets.ts";

export const PASSWORD = "the right horse battery";
let hash: Promise<string> | undefined;
let made = 0;
beforeEveryTest(() => {
  made = 0;
});

/** An account that can sign in with `PASSWORD`: of an agent when `agentId` is given, else of a supervisor. */
export async function anAccount(
  given: { agentId?: number; email?: string } = {},
): Promise<{ id: string; email: string }> {
  made += 1;
  const { agentId = null, email = `staff${made}@example.test` } = given;
  const ctx = await aCtx({ newId: randomUUID });
  const { id } = await db.staffAccount.create({
    data: {
      id: randomUUID(),
      name: "Sam Staff",
      email,
      role: agentId === null ? "supervisor" : "agent",
      agentId,
      createdAt: ctx.now,
      updatedAt: ctx.now,
    },
  });
  // Slow on purpose, so it is made once.
  hash ??= hashPassword(PASSWORD);
  await setPassword(ctx, id, await hash);
  return { id, email };
}

/** The `Cookie` header of a browser in which this account is signed in, without the slow way through its password. */
export async function aSession(accountId: string): Promise<string> {
  const { internalAdapter } = await (await staffAuth(db)).$context;
  const { token } = await internalAdapter.createSession(accountId);
  const signature = createHmac("sha256", AUTH_SECRET).update(token).digest("base64");
  return `ringback.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
}
