/** Every action has its entry: its actor, action and subject, written in its transaction, and without a word about a person. */
import { expect, test } from "vitest";
import { randomUUID } from "node:crypto";
import { execute, type Sql, sql } from "#lib/database/sql";
import { inTurnForBulk } from "#lib/http/lane";
import { pause } from "#lib/time/clock";
import { erasePerson, exportPerson } from "#modules/personal-data";
import { anAgent, aRegularEntry, tick } from "#tests/factories/desk";
import { aRun, workItOut } from "#tests/factories/runs";
import { aSession, anAccount } from "#tests/factories/staff";
import { codeOf } from "#tests/factories/totp";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";
import { schema } from "../../app/api/graphql/schema.ts";
import { api } from "./api.ts";
import { asked } from "./graphql.ts";
import { asAgent, asSupervisor, cookieOf, ownPage, signedIn } from "./signed-in.ts";

type Entry = {
  actor: string;
  action: string;
  subject: string;
  details: object;
  name: string | null;
  subjectName: string | null;
};

/** The audit, oldest first, without the entries of the set-up. */
async function audit(query = ""): Promise<Entry[]> {
  const headers = await asSupervisor();
  const { body } = await api(`GET /audit?limit=1000${query}`, undefined, { headers });
  return (body.entries as Entry[]).toReversed();
}

const lines = (entries: Entry[]) => entries.map(({ actor, action, subject }) => `${actor}: ${action} ${subject}`);

/** Sends this request a second after the one before, and expects a success. */
async function then<T extends { status: number; text: string }>(send: () => Promise<T>): Promise<T> {
  await advance({ seconds: 1 });
  const answer = await send();
  expect([200, 201], answer.text).toContain(answer.status);
  return answer;
}

const NEW = "another right horse";
const NEWER = "a third right horse";
const SECRETS = ["Zaphod", "Beeblebrox", "zaphod@example.test", "+15559990042", "wants a price", NEW, NEWER];

/** Names are looked up for the reader; stored entries contain none. */
async function expectNoWords(): Promise<void> {
  const kept = (await audit()).map(({ name: _, subjectName: __, ...entry }) => JSON.stringify(entry)).join("\n");
  for (const word of SECRETS) expect(kept).not.toContain(word);
}

test("every change of accounts and keys is in the audit, with its actor", async () => {
  const boss = await anAccount();
  const headers = { ...ownPage, cookie: await aSession(boss.id) };
  const who = { email: "zaphod@example.test", role: "supervisor", name: "Zaphod Beeblebrox" };
  const { accountId: id } = (await then(() => api("POST /staff", who, { headers }))).body;
  const { invitation } = (await then(() => api(`POST /staff/${id}/invitation`, {}, { headers }))).body;
  await then(() => api("POST /welcome", { invitation, newPassword: NEW }, { as: "none" }));
  await advance({ seconds: 1 });
  let hers = await signedIn(who.email, NEW);
  /** Sends a request as this person, in a browser that stores cookies. */
  const asHer = async (request: string, body: object) => {
    const answer = await then(() => api(request, body, { headers: hers }));
    hers = { ...hers, cookie: cookieOf(answer, hers.cookie) };
    return answer.body;
  };
  await asHer("PUT /me/password", { currentPassword: NEW, newPassword: NEWER });
  const { uri } = await asHer("POST /me/second-factor", { password: NEWER });
  await asHer("POST /me/second-factor/confirm", { code: codeOf(String(uri)) });
  await asHer("POST /me/second-factor/disable", { password: NEWER });
  await asHer("POST /sign-out", {});
  hers = await signedIn(who.email, NEWER);
  await asHer("POST /sign-out", { everywhere: true });
  await then(() => api(`PATCH /staff/${id}`, { isDisabled: true }, { headers }));
  await then(() => api("POST /keys", { name: "Dialler", scopes: ["users:write"] }, { headers }));
  await then(() => api("DELETE /keys/1", undefined, { headers }));
  const [theirs, hersToo] = [`supervisor ${boss.id}`, `supervisor ${String(id)}`];
  const account = `account ${String(id)}`;
  expect(lines(await audit())).toEqual([
    `${theirs}: staff.invited ${account}`,
    `${theirs}: staff.invited ${account}`,
    `${hersToo}: staff.password_set ${account}`,
    `${hersToo}: staff.signed_in ${account}`,
    `${hersToo}: staff.password_changed ${account}`,
    `${hersToo}: staff.second_factor_on ${account}`,
    `${hersToo}: staff.second_factor_off ${account}`,
    `${hersToo}: staff.signed_out ${account}`,
    `${hersToo}: staff.signed_in ${account}`,
    `${hersToo}: staff.signed_out_everywhere ${account}`,
    `${theirs}: staff.changed ${account}`,
    `${theirs}: key.made key 1`,
    `${theirs}: key.revoked key 1`,
  ]);
  await expectNoWords();
});

test("every change of agents, users and callbacks is in the audit, except the tick's own work", async () => {
  const agent = { firstName: "Zaphod", lastName: "Beeblebrox", email: "zaphod@example.test" };
  const { id: ann } = (await then(() => api("POST /agents", agent))).body as { id: number };
  await then(() => api(`PUT /agents/${ann}/session`, { status: "available" }));
  const user = { id: 1001, firstName: "Zaphod", lastName: "Beeblebrox", phone: "+15559990042" };
  await then(() => api("POST /users", { users: [user] }));
  await then(() => api("POST /users", { users: [user, { ...user, id: 1003 }] }));
  const headers = await asAgent(ann);
  const promise = { userId: 1001, scheduledFor: "2026-03-02T09:05:00Z", callbackReason: "wants a price" };
  await then(() => api("POST /users/lookup", { phone: user.phone }, { headers }));
  await then(() => api("POST /callbacks", promise, { headers }));
  await tick();
  await then(() => api("POST /callbacks/accept", { callbackId: 1 }, { headers }));
  await then(() => api("POST /callbacks/release", { callbackId: 1 }, { headers }));
  const queueEntryId = await aRegularEntry(1003n);
  await then(() => api("POST /queue/skip", { queueEntryId, reason: "wants a price" }, { headers }));
  await then(() => api("POST /callbacks/snooze", { callbackId: 1 }));
  await then(() => api("POST /callbacks/cancel", { callbackId: 1, reason: "wants a price" }));
  const ctx = await aCtx({ actor: { kind: "system" }, newId: randomUUID });
  await advance({ seconds: 1 });
  await exportPerson(ctx, { customerId: "1001" });
  await erasePerson({ ...ctx, now: await advance({ seconds: 1 }) }, { customerId: "1001" });
  expect(lines(await audit())).toEqual([
    `service: agent.made agent ${ann}`,
    "service: users.imported user 1001",
    "service: users.imported users 1001 to 1003",
    `agent ${ann}: user.looked_up user 1001`,
    `agent ${ann}: callback.created callback 1`,
    `agent ${ann}: callback.accepted callback 1`,
    `agent ${ann}: callback.released callback 1`,
    `agent ${ann}: user.skipped user 1003`,
    "service: callback.snoozed callback 1",
    "service: callback.cancelled callback 1",
    "system: user.exported user 1001",
    "system: user.erased user 1001",
  ]);
  await expectNoWords();
});

test("an action that is refused in the end has no entry: both are one transaction", async () => {
  const ann = await anAgent();
  const { id } = await anAccount();
  const headers = { ...ownPage, cookie: await aSession(id) };
  const before = await audit();
  await api("POST /staff", { email: "x@example.test", role: "agent", agentId: 99, name: "X" }, { headers });
  await api("POST /agents", { firstName: "A", lastName: "B", email: `agent${ann}@example.test` });
  await api("POST /users", {
    users: [
      {
        id: 1,
        firstName: "A",
        lastName: "B",
        phone: "+15550100",
        claims: [1, 1].map((id) => ({ id, status: "open" })),
      },
    ],
  });
  await api("DELETE /keys/5", undefined, { headers });
  await api("POST /callbacks/cancel", { callbackId: 7, reason: "none" });
  expect(lines(await audit())).toEqual(lines(before));
});

test.each<[string, Sql]>([
  ["changed", sql`UPDATE audit_entries SET actor = 'nobody'`],
  ["deleted", sql`DELETE FROM audit_entries`],
  ["changed one by one", sql`UPDATE audit_entries SET details = '{}' WHERE id = 1`],
])("the database refuses that an entry is %s", async (_, statement) => {
  await anAgent();
  const before = await db.auditEntry.findMany();
  expect(before.length).toBeGreaterThan(0);
  await expect(execute(db, statement)).rejects.toThrow("append-only");
  expect(await db.auditEntry.findMany()).toEqual(before);
});

/** Each mutation of the schema, on a run whose conversations have all failed, and its entry. */
const MUTATIONS: Record<string, [mutation: string, entry: string]> = {
  createDefinition: [
    `createDefinition(input: { name: "Zaphod", scenarios: [{ id: "a", title: "Zaphod", messages: ["Beeblebrox"] }] }) { id }`,
    "definition.made definition 2",
  ],
  startRun: [`startRun(input: { definitionId: 1, models: ["mock/brief"] }) { jobCount }`, "run.started run 2"],
  pauseRun: [`pauseRun(id: 2, input: { why: "Zaphod" }) { id }`, "run.paused run 2"],
  resumeRun: ["resumeRun(id: 2) { id }", "run.resumed run 2"],
  cancelRun: ["cancelRun(id: 2) { id }", "run.cancelled run 2"],
  pauseModel: [`pauseModel(modelId: "mock/warm") { id }`, "model.paused model mock/warm"],
  resumeModel: [`resumeModel(modelId: "mock/warm")`, "model.resumed model mock/warm"],
  pauseQueue: ["pauseQueue { id }", "queue.paused queue of runs"],
  resumeQueue: ["resumeQueue", "queue.resumed queue of runs"],
  analyzeAgain: ["analyzeAgain(runId: 1)", "run.analyzed_again run 1"],
  redriveDeadLetters: ["redriveDeadLetters(runId: 1) { count }", "run.redriven run 1"],
  retryFailed: ["retryFailed(runId: 1) { count }", "run.retried run 1"],
  deleteDefinition: ["deleteDefinition(id: 2)", "definition.deleted definition 2"],
};

/** Requests that change nothing and have no entry. */
const IDLE = [
  "cancelRun(id: 2) { id }",
  `resumeModel(modelId: "mock/warm")`,
  "resumeQueue",
  "redriveDeadLetters(dryRun: true) { count }",
  "retryFailed(runId: 1, dryRun: true) { count }",
];

test("every mutation of the schema is in the audit, with its actor and without its texts; one that changes nothing is not", async () => {
  expect(Object.keys(schema.getMutationType()?.getFields() ?? {}).sort()).toEqual(Object.keys(MUTATIONS).sort());
  const runId = await aRun({ scenarios: 1, models: ["mock/broken"] });
  await workItOut();
  const { id } = await anAccount();
  const headers = { ...ownPage, cookie: await aSession(id) };
  const mutate = (mutation: string) => asked(`mutation { ${mutation} }`, { headers });
  const before = await audit();
  for (const [mutation] of Object.values(MUTATIONS)) {
    await advance({ seconds: 1 });
    await mutate(mutation);
    // So that the retried items can be retried once more.
    if (mutation.startsWith("redrive")) await workItOut();
  }
  for (const mutation of IDLE) await mutate(mutation);
  const entries = (await audit()).slice(before.length);
  expect(lines(entries)).toEqual(Object.values(MUTATIONS).map(([, entry]) => `supervisor ${id}: ${entry}`));
  expect(runId).toBe(1);
  await expectNoWords();
});

test("bulk work is done one piece at a time, each caller gets the answer or their own fault, and the next is done after a fault", async () => {
  let underWay = 0;
  let most = 0;
  const work = async (n: number) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await pause(5);
    underWay -= 1;
    if (n === 2) throw new Error("fault of 2");
    return n;
  };
  const answers = await Promise.allSettled([1, 2, 3, 4].map((n) => inTurnForBulk(new Headers(), () => work(n))));
  expect(answers).toMatchObject([{ value: 1 }, { reason: { message: "fault of 2" } }, { value: 3 }, { value: 4 }]);
  expect(most).toBe(1);
});
