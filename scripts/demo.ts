import { demoPassword, hasDemoAccounts, makeDemoAccount } from "#modules/access";
import { createAgent } from "#modules/agents";
import { refreshQueue } from "#modules/call-queue";
import { importUsers, scheduleCallback } from "#modules/callbacks";
import { createDefinition } from "#modules/runs";
import { inviteInput } from "#schema/access";
import { createAgentInput } from "#schema/agents";
import { importUsersInput } from "#schema/call-queue";
import { scheduleInput } from "#schema/callbacks";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { demoAgents, demoCallbacks, demoDefinition, demoSupervisor, demoUsers } from "../prisma/demo.ts";
import { openCtx } from "./script-context.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

/**
 * Loads the invented people of `prisma/demo.ts` into the database at `url` when it has no user, agent or callback: all of them
 * or, when it is killed, none. A password that was printed before a kill may then be of an account that does not exist; the next
 * start prints it again.
 */
export async function loadDemo(url: string, secret: string): Promise<void> {
  const { ctx, close } = await openCtx(url);
  try {
    const counts = await Promise.all([ctx.db.user.count(), ctx.db.agent.count(), ctx.db.callback.count()]);
    if (counts.some((count) => count > 0)) return;
    await inTransaction(ctx, async (tx) => show(await fill(tx, secret)));
  } finally {
    await close();
  }
}

/** The first screen of each role. */
const BEGINS = { supervisor: "supervisor: the wallboard", agent: "agent: a desk" } as Record<string, string>;

function show(accounts: DemoAccount[]): void {
  console.log(
    `Loaded ${demoUsers.length} invented users, ${demoAgents.length} agents and ${demoCallbacks.length} callbacks.`,
  );
  console.log("Demo accounts; the sign-in page has a button for each:");
  for (const { email, password, role } of accounts)
    console.log(`  ${email.padEnd(30)} ${password.padEnd(18)} ${BEGINS[role] ?? role}`);
}

/** Imports the invented users; their open requests are as old as `prisma/demo.ts` says. */
export async function importDemoUsers(ctx: Ctx): Promise<void> {
  const before = (days: number) => new Date(ctx.now.getTime() - days * DAY_MS).toISOString();
  const users = demoUsers.map(({ claims, ...user }) => ({
    ...user,
    claims: claims.map(({ signature, requirements, ...claim }) => ({
      ...claim,
      ...(signature && { signatureType: signature.type, signatureMissingSince: before(signature.daysAgo) }),
      requirements: requirements.map(({ type, daysAgo }) => ({ type, status: "open", createdAt: before(daysAgo) })),
    })),
  }));
  await importUsers(ctx, importUsersInput.parse({ users }));
}

type DemoAccount = { email: string; password: string; role: string };

async function fill(ctx: Ctx, secret: string): Promise<DemoAccount[]> {
  await importDemoUsers(ctx);
  await createDefinition(ctx, demoDefinition);
  const agentIds: number[] = [];
  for (const agent of demoAgents) agentIds.push((await createAgent(ctx, createAgentInput.parse(agent))).id);
  for (const { userId, inMinutes, reason, agent } of demoCallbacks) {
    const scheduledFor = new Date(ctx.now.getTime() + inMinutes * MINUTE_MS).toISOString();
    const preferred = agent === null ? {} : { preferredAgentId: agentIds[agent] };
    await scheduleCallback(ctx, scheduleInput.parse({ userId, scheduledFor, callbackReason: reason, ...preferred }));
  }
  await refreshQueue(ctx);
  const people = [
    { ...demoSupervisor, role: "supervisor" },
    ...demoAgents.map(({ firstName, lastName, email }, n) => ({
      name: `${firstName} ${lastName}`,
      email,
      role: "agent",
      agentId: agentIds[n],
    })),
  ];
  const accounts: DemoAccount[] = [];
  for (const person of people) {
    const invited = inviteInput.parse(person);
    const password = demoPassword(secret, person.email);
    await makeDemoAccount(ctx, invited, password);
    accounts.push({ email: invited.email, password, role: person.role });
  }
  return accounts;
}

/** Throws when the database at `url` has an active account whose password was printed. */
export async function refuseDemoAccounts(url: string): Promise<void> {
  const { ctx, close } = await openCtx(url);
  try {
    if (!(await hasDemoAccounts(ctx))) return;
  } finally {
    await close();
  }
  throw new Error(
    `This database has demo accounts, which production refuses. Invite a supervisor of your own, then disable each of
${[demoSupervisor, ...demoAgents].map(({ email }) => `  npm run user -- disable ${email}`).join("\n")}`,
  );
}
