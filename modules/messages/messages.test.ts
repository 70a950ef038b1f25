import { expect, test } from "vitest";
import { z } from "zod";
import { forgetLimits } from "#lib/base/limits";
import { aProvider, aText, drainMessages, failedWith, messageStates } from "#tests/factories/messages";
import { execute, query, sql } from "#lib/database/sql";
import { sweep } from "#modules/personal-data";
import { aCtx, logged } from "#tests/setup/ctx";
import { advance, db, setClock } from "#tests/setup/database";
import { listMessages, messageReadings, runMessageWorker, showMessage, takeStatusReport } from "./index.ts";
import { openQueue } from "./queue/open.ts";
import { storeFromQueue } from "./store-from-queue.ts";

const show = async (id: string) => showMessage(await aCtx(), { id });

test("a text that was accepted is stored in its conversation and kept in the outbox, and its timeline says so from the beginning", async () => {
  const { id, encoding, segments } = await aText({ body: "Hello" });
  const [accepted] = (await show(id)).timeline;
  expect(accepted).toMatchObject({ type: "accepted", from: null, state: "accepted", actor: "service" });
  await advance({ minutes: 1 });
  expect([encoding, segments]).toEqual(["GSM-7", 1]);
  expect(await show(id)).toMatchObject({ state: "accepted", why: "It is in the queue; a worker stores and sends it." });
  expect(await drainMessages()).toMatchObject({ stored: 1, sent: 1, faults: 0 });
  const message = await show(id);
  expect(message).toMatchObject({ state: "sent", transport: "outbox", body: "Hello", customerId: "1001", attempts: 1 });
  expect(message.timeline.map(({ type }) => type)).toEqual(["accepted", "stored", "sending", "sent"]);
  expect(message.timeline[0]).toEqual({ ...accepted, at: message.acceptedAt });
  expect(message.timeline[1]).toMatchObject({ from: "accepted", actor: "cron" });
  expect(await drainMessages()).toMatchObject({ stored: 0, sent: 0 });
});

test("a message in a queue that no worker serves since QUEUE_BACKEND was changed says so and what to do, and is counted", async () => {
  const at = (queueBackend: "postgres" | "memory" | "rabbitmq") => aCtx({ limits: { queueBackend } });
  const why = async (id: string, backend: Parameters<typeof at>[0]) =>
    (await showMessage(await at(backend), { id })).why;
  const unserved = async (backend: Parameters<typeof at>[0]) =>
    (await messageReadings(await at(backend))).find(({ name }) => name === "messaging_queue_unserved")?.values;
  const { id } = await aText();
  const served = "It is in the queue; a worker stores and sends it.";
  expect(await why(id, "memory")).toBe(
    "It is in the queue postgres, from which no worker takes anything while QUEUE_BACKEND is memory. Run a worker with QUEUE_BACKEND=postgres until that queue is empty.",
  );
  const { messages } = await listMessages(await at("memory"), { limit: 5 });
  expect(messages.map((one) => one.why)).toEqual([await why(id, "memory")]);
  expect(await unserved("memory")).toEqual([{ labels: { queue: "postgres" }, value: 1 }]);
  // A worker with the broker takes what is in the table, too.
  expect([await why(id, "postgres"), await why(id, "rabbitmq")]).toEqual([served, served]);
  expect([await unserved("postgres"), await unserved("rabbitmq")]).toEqual([[], []]);

  // What was fetched from the broker lies in the table; what was not does not.
  await execute(db, sql`UPDATE message_keys SET queue_backend = 'rabbitmq'`);
  expect(await why(id, "postgres")).toBe(served);
  await execute(db, sql`DELETE FROM message_queue`);
  expect(await why(id, "postgres")).toContain("It is in the queue rabbitmq, from which no worker takes anything");
  expect(await unserved("postgres")).toEqual([{ labels: { queue: "rabbitmq" }, value: 1 }]);
  expect(await why(id, "rabbitmq")).toBe(served);
  await execute(db, sql`UPDATE message_keys SET queue_backend = 'memory'`);
  expect(await why(id, "postgres")).toContain("is lost if that process has ended");
});

test("three failures that heal, then success, are exactly four attempts", async () => {
  const { id } = await aText();
  const again = failedWith("transient");
  const provider = aProvider(again, again, again, { outcome: "sent", providerId: "SM1" });
  for (let round = 0; round < 4; round += 1) {
    await drainMessages(provider.transports);
    await advance({ minutes: 1 });
  }
  expect(provider.handed).toHaveLength(4);
  expect(await show(id)).toMatchObject({ state: "sent", attempts: 4, providerId: "SM1" });
});

test("a time of sending more than a year ahead is refused, and nothing is queued", async () => {
  await aText({ sendAfter: "2027-03-03T09:00:00Z" });
  await expect(aText({ sendAfter: "2027-03-04T09:00:00Z" })).rejects.toMatchObject({
    code: "invalid_input",
    message: "sendAfter is more than a year ahead; choose a nearer time.",
  });
  expect(await db.messageKey.count()).toBe(1);
});

test("a message that will never be sent is a dead letter at once, with the provider's reason", async () => {
  const { id } = await aText();
  const provider = aProvider(failedWith("permanent", "21211"));
  await drainMessages(provider.transports);
  await advance({ hours: 1 });
  await drainMessages(provider.transports);
  expect(provider.handed).toHaveLength(1);
  expect(await show(id)).toMatchObject({ state: "dead", errorCode: "21211", why: "The provider answered 21211." });
  expect(await messageStates()).toEqual(["dead"]);
});

test("a message that a separate queue refuses leaves no key behind, and has no effect if the queue had taken it all the same", async () => {
  const limits = { queueBackend: "memory", messageQueueDepth: 1 } as const;
  const queue = openQueue(await aCtx({ limits }));
  const later = () => undefined;
  const { id } = await aText({}, { limits, afterAnswer: later });
  const again = { idempotencyKey: "tried-again", body: "Second." };
  await expect(aText(again, { limits, afterAnswer: later })).rejects.toMatchObject({ code: "unavailable" });
  const stray = { id: crypto.randomUUID(), event: { ...EVENT, idempotency_key: "tried-again" } };
  await queue.publish(await aCtx({ limits: { messageQueueDepth: 2 } }), [stray]);
  await drainMessages(undefined, limits);
  expect(await queue.depth(await aCtx())).toMatchObject({ ready: 0, leased: 0, dead: 0 });
  const accepted = await aText(again, { limits, afterAnswer: later });
  expect(accepted).toMatchObject({ isReplay: false });
  await drainMessages(undefined, limits);
  expect([(await show(id)).state, (await show(accepted.id)).state, await messageStates()]).toEqual([
    "sent",
    "sent",
    ["sent", "sent"],
  ]);
});

test("a full queue refuses a new message and stores nothing of it, and still answers the repeat of an accepted one", async () => {
  const limits = { queueBackend: "postgres", messageQueueDepth: 1 } as const;
  const first = { idempotencyKey: "first", body: "First." };
  const { id } = await aText(first);
  // The room is looked at once a second.
  const second = () => aText({ body: "Second." }, { limits }).catch(({ code }: { code: string }) => code);
  await expect.poll(second, { timeout: 30_000 }).toBe("unavailable");
  const stored = () => query(db, z.object({ n: z.int() }), sql`SELECT count(*)::int AS n FROM message_keys`);
  const before = await stored();
  expect(await second()).toBe("unavailable");
  expect(await aText(first, { limits })).toMatchObject({ id, isReplay: true });
  expect(await stored()).toEqual(before);
  // Room again for the tests after this one.
  await expect.poll(() => aText().catch(({ code }) => code), { timeout: 30_000 }).toMatchObject({ isReplay: false });
});

const EVENT = {
  schema_version: 1,
  channel: "sms",
  customer_id: "1001",
  from: "+14155550100",
  to: "+442079460001",
  body: "Second.",
  body_hash: "",
};

test("a dead letter in the memory of a process goes with DLQ_RETENTION as a row does, together with its key", async () => {
  const limits = { queueBackend: "memory" } as const;
  const queue = openQueue(await aCtx({ limits }));
  await aText({}, { limits });
  const [held] = await queue.receive(await aCtx({ limits }), { limit: 1, leaseMs: 1_000 });
  await queue.bury(await aCtx({ limits }), held!, "It cannot be read.");
  const swept = async () => (await sweep(await aCtx({ limits }))).deleted.unreadableMessages;
  await advance({ days: 30 });
  expect(await swept()).toBe(0);
  await advance({ seconds: 1 });
  expect(await swept()).toBe(1);
  expect(await queue.depth(await aCtx({ limits }))).toMatchObject({ dead: 0 });
  const keys = sql`SELECT count(*)::int AS n FROM message_keys`;
  expect(await query(db, z.object({ n: z.int() }), keys)).toEqual([{ n: 0 }]);
});

test("each step of a message is one line of the log, with its key and result, and without its text and its number", async () => {
  const [body, to, key] = ["A canary of a text.", "+442079469317", "key-of-the-canary"];
  const { id } = await aText({ body, to, idempotencyKey: key });
  await aText({ body, to, idempotencyKey: key });
  const broken = () => {
    throw new Error(`cannot send ${body} to ${to}`);
  };
  const provider = aProvider(failedWith("transient", "503"), broken);
  for (let round = 0; round < 2; round += 1) {
    await drainMessages(provider.transports);
    await advance({ minutes: 1 });
  }
  const lines = logged.filter(({ message }) => message === id);
  const steps = lines.filter(({ outcome }) => outcome !== undefined);
  expect(steps.map(({ outcome, attempt, key: named }) => [named, attempt, outcome])).toEqual([
    [key, undefined, "accepted"],
    [key, undefined, "replayed"],
    [key, 1, "stored"],
    [key, 1, "failed"],
    [key, 2, "unsure"],
  ]);
  expect(new Set(steps.map(({ to: end, toHash, bodyHash }) => `${end} ${toHash} ${bodyHash}`)).size).toBe(1);
  expect(JSON.stringify(logged)).not.toMatch(/canary of a text|2079469317/);
});

test("a message that is held, suppressed, expired or reported about has a line of the log for it, with its key", async () => {
  const given = { to: "+442079469317", body: "A canary of a text." };
  await setClock("2026-03-02T22:30:00Z");
  await aText({ ...given, idempotencyKey: "for-the-morning" });
  await aText({ ...given, idempotencyKey: "reported", urgent: true });
  await drainMessages(aProvider({ outcome: "sent", providerId: "SM1" }).transports);
  const actor = { kind: "twilio" } as const;
  const report = { named: null, providerId: "SM1", status: "undelivered", errorCode: "30006" };
  await takeStatusReport(await aCtx({ actor }), report);
  await aText({ ...given, idempotencyKey: "stopped", urgent: true });
  await aText({ ...given, idempotencyKey: "too-late", urgent: true, expiresAt: "2026-03-02T22:30:00Z" });
  await storeFromQueue(await aCtx());
  await drainMessages();
  const last = new Map(logged.filter(({ outcome }) => outcome).map(({ key, outcome, code }) => [key, [outcome, code]]));
  expect(Object.fromEntries(last)).toEqual({
    "for-the-morning": ["held", undefined],
    reported: ["applied", "30006"],
    stopped: ["suppressed", undefined],
    "too-late": ["expired", undefined],
  });
  expect(JSON.stringify(logged)).not.toMatch(/canary of a text|2079469317/);
});

test("a worker that runs for long keeps to the limits that supervisors set meanwhile", async () => {
  await execute(db, sql`INSERT INTO desk_settings VALUES ('decentHoursFrom', 11, 'a test', ringback_now())`);
  forgetLimits();
  const { id } = await aText();
  const stop = new AbortController();
  const working = runMessageWorker(await aCtx({ limits: { decentHoursFrom: 8 } }), {
    stop: stop.signal,
    end: stop.signal,
  });
  await expect.poll(async () => (await show(id)).state).toBe("held");
  stop.abort();
  await working;
  forgetLimits();
});
