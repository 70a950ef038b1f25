import { execFile } from "node:child_process";
import { expect, test } from "vitest";
import { acceptInvitation, demoAccounts, makeDemoAccount, signIn } from "#modules/access";
import { anAgent } from "#tests/factories/desk";
import { anAccount } from "#tests/factories/staff";
import { aCtx } from "#tests/setup/ctx";
import { databaseUrl, db } from "#tests/setup/database";
import { forgetLimits } from "#lib/base/limits";
import { refuseDemoAccounts } from "../../scripts/demo.ts";
import { openCtx } from "../../scripts/script-context.ts";

/** `npm run user -- ...args`, without npm. */
function user(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, DATABASE_URL: databaseUrl };
    execFile(process.execPath, ["scripts/user.ts", ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const browser = { headers: new Headers(), address: "here", setCookies: () => {} };

test("the first supervisor is invited on the command line, and the link sets a password that signs in, once", async () => {
  const { code, out } = await user("invite", "Ada@example.test", "supervisor", "Ada", "Byrne");
  expect(code).toBe(0);
  const invitation = out.match(/\/welcome#([\w-]+)\n$/)?.[1] ?? "";
  const newPassword = "a password of her own";
  await acceptInvitation(await aCtx(), { invitation, newPassword }, browser);
  expect(await signIn(await aCtx(), { email: "ada@example.test", password: newPassword }, browser)).toEqual({
    next: "signed_in",
  });
  await expect(acceptInvitation(await aCtx(), { invitation, newPassword }, browser)).rejects.toMatchObject({
    code: "not_found",
  });
});

test("a role is changed and an account disabled by its address; the last supervisor stays", {
  tags: ["long"],
}, async () => {
  const boss = await anAccount();
  const agentId = await anAgent();
  const { email } = await anAccount({ agentId });
  expect((await user("disable", email)).out).toContain("cannot sign in any more");
  expect(await db.agent.findUnique({ where: { id: agentId } })).toMatchObject({ isActive: false });
  expect((await user("enable", email)).code).toBe(0);
  expect((await user("role", email, "supervisor")).code).toBe(0);
  expect(await db.staffAccount.findUnique({ where: { email } })).toMatchObject({ role: "supervisor", agentId: null });
  expect((await user("disable", email)).code).toBe(0);
  expect(await user("disable", boss.email)).toMatchObject({ code: 1, err: expect.stringContaining("last supervisor") });
});

test.each([
  [[]],
  [["invite"]],
  [["delete", "a@b.example"]],
  [["invite", "a@b.example", "king", "Ada"]],
  [["invite", "a@b.example", "agent", "x", "Ada"]],
])("wrong usage %j ends with 2 and says how, and makes no account", { tags: ["long"] }, async (args) => {
  const { code, err } = await user(...args);
  expect(code).toBe(2);
  expect(err).toContain("npm run -s user -- invite <email>");
  expect(await db.staffAccount.count()).toBe(0);
});

test("a script works by the limits that supervisors have set, else by the environment's, and ends what it left for later", async () => {
  forgetLimits();
  await db.deskSetting.create({ data: { name: "snoozeLimit", value: 2, changedBy: "sam", changedAt: new Date() } });
  const { ctx, close } = await openCtx(databaseUrl, { SNOOZE_LIMIT: "7", AGENT_CALLBACK_CAP: "3" });
  expect(ctx.limits).toMatchObject({ snoozeLimit: 2, agentCallbackCap: 3, offerMinutes: 3, calendar: null });
  ctx.afterAnswer(() => ctx.db.deskSetting.deleteMany());
  await close();
  expect(await db.deskSetting.count()).toBe(0);
  forgetLimits();
  await expect(openCtx(databaseUrl, { SNOOZE_LIMIT: "many" })).rejects.toThrow("SNOOZE_LIMIT is wrong");
});

test("production refuses a database in which somebody can sign in with a printed password", async () => {
  await refuseDemoAccounts(databaseUrl);
  const person = { email: "demo@example.test", role: "supervisor", name: "Demo" } as const;
  await makeDemoAccount(await aCtx(), person, "a printed password");
  await expect(refuseDemoAccounts(databaseUrl)).rejects.toThrow("production refuses");
  await anAccount();
  expect((await user("disable", person.email)).code).toBe(0);
  await refuseDemoAccounts(databaseUrl);
});

test("the page of signing in offers invented accounts where the demo day is, and nowhere else", async () => {
  const person = { email: "demo@example.test", role: "supervisor", name: "Demo" } as const;
  await makeDemoAccount(await aCtx(), person, "a printed password");
  await anAccount();
  expect(await demoAccounts(await aCtx())).toEqual([]);
  expect(await demoAccounts(await aCtx({ limits: { hasDemoDay: true } }))).toEqual([person]);
});
