import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { ask, onReached, poll } from "#lib/browser/api";
import { serverNow } from "#lib/browser/clock";
import { CODES } from "#lib/base/errors";
import type { DurableQueue, Outcome, Task } from "#modules/durable-queue";
import { aName, aTab, aType, TestTime } from "#tests/factories/durable-queue";
import { aQueueTask, NOON } from "#tests/factories/queue-task";
import { ACTS, ASKS_AFTER_MS, readAct } from "./acts.ts";
import { actPayload } from "./schema.ts";
import { ANSWERS, outcomeOf } from "./answers.ts";
import { discardAtEnd } from "./outbox.ts";
import { decidedOf, isOutcomeKept, project, type Unsent } from "./shown.ts";
import { damagedNumberOf, damagedOf, unsentOf, unsentText } from "./unsent.ts";

const ROW = { id: 7, status: "pending" as const, userName: "Maya" };

const aTask = (task: Partial<Task> = {}): Task =>
  aQueueTask({
    payload: {
      request: "POST /callbacks/snooze",
      body: {},
      title: "Snooze Maya for 5 min",
      callbackId: 7,
      callSessionId: null,
      words: null,
    },
    groupKey: "callback 7",
    ...task,
  });
const waiting = (task: Partial<Task> = {}): Unsent[] => unsentOf([aTask(task)], NOON + 2_000);

test.each([
  ["offline", "unreachable"],
  ["key_in_use", "later"],
  ["unauthenticated", "held"],
  ["another_person", "held"],
  ["forbidden", "parked"],
  ["already_accepted", "refused"],
  ["client_too_old", "held"],
  ["snooze_limit", "refused"],
  ["a code of a newer server", "refused"],
])("an answer %s is %s", (code, kind) => {
  expect(outcomeOf({ code, message: "Why." })).toEqual({ kind, reason: { code, sentence: "Why." } });
});

test("every code in the table of answers is one that the API or the browser says", () => {
  const known = [...Object.keys(CODES), "offline"];
  expect(Object.keys(ANSWERS).filter((code) => !known.includes(code))).toEqual([]);
});

test("how long Ringback asks to be left alone is kept to, and only where it is asked again", () => {
  const busy = { code: "unavailable", message: "Busy.", retryAfterMs: 7_000 };
  expect(outcomeOf(busy)).toMatchObject({ kind: "later", retryAfterMs: 7_000 });
  expect(outcomeOf({ ...busy, code: "snooze_limit" })).not.toHaveProperty("retryAfterMs");
});

test("a row that nothing waits for is the very row", () => {
  expect(project(ROW, [])).toBe(ROW);
  expect(project({ ...ROW, id: 8 }, waiting())).not.toHaveProperty("mark");
});

test("an action that takes less than two seconds is not marked, so nothing flickers, and is not pressed twice", () => {
  expect(project(ROW, unsentOf([aTask({ type: "accept" })], NOON + 1_999))).toEqual({ ...ROW, isBusy: true });
});

test("a waiting accept is shown as requested, not accepted; a snoozed callback leaves the list; a release is shown", () => {
  expect(project(ROW, waiting({ type: "accept" }))).toMatchObject({
    status: "pending",
    mark: "asked for, not confirmed",
  });
  expect(project(ROW, waiting())).toBeNull();
  expect(project({ ...ROW, status: "accepted" }, waiting({ type: "release" }))).toMatchObject({ status: "pending" });
});

test("a callback that was moved to another time leaves the list, and is back when the server refuses the time", () => {
  expect(project(ROW, waiting({ type: "reschedule" }))).toBeNull();
  const reason = { code: "invalid_input", sentence: "This time has passed." };
  expect(project(ROW, waiting({ type: "reschedule", status: "failed", reason }))).toMatchObject({ id: ROW.id });
});

test("a refused action leaves the row as the server knows it, together with the actions behind it", () => {
  const reason = { code: "already_accepted", sentence: "Ben has accepted it." };
  const refused = aTask({ type: "accept", status: "failed", reason });
  const unsent = unsentOf([refused, aTask({ id: "b", seq: 2 })], NOON + 2_000);
  expect(unsent[0]).toMatchObject({ state: "stopped", why: reason, isShown: true });
  expect(project(ROW, unsent)).toEqual({ ...ROW, mark: "not done, see Not sent yet" });
});

test("a sent action is shown as done until the page has read its effect", () => {
  const sent = waiting().map((one) => ({ ...one, state: "sent" as const, isShown: false }));
  expect(project(ROW, sent)).toBeNull();
});

test("the last status that was chosen counts, unless it was refused", () => {
  const chosen = (id: string, status: string) =>
    aTask({ id, type: "status", payload: { ...(aTask().payload as object), callbackId: null, body: { status } } });
  const both = unsentOf([chosen("a", "break"), chosen("b", "available")], NOON);
  expect(decidedOf(both)).toBe("available");
  expect(decidedOf([both[0]!, { ...both[1]!, state: "stopped" }])).toBe("break");
  expect(decidedOf([])).toBeNull();
});

test("the outcome of a call is kept here once it has waited, and not when it was refused", () => {
  const outcome = waiting({ type: "outcome", payload: { ...(aTask().payload as object), callSessionId: "c" } });
  expect(isOutcomeKept(outcome, "c")).toBe(true);
  expect(isOutcomeKept(outcome, "d")).toBe(false);
  expect(isOutcomeKept(outcome, undefined)).toBe(false);
  expect(isOutcomeKept([{ ...outcome[0]!, state: "stopped" }], "c")).toBe(false);
});

test("an action that is under way is said to be; a finished one, and work that sends nothing, is not unsent; an unreadable one is shown with its type", () => {
  expect([waiting()[0]?.state, waiting({ status: "processing" })[0]?.state]).toEqual(["waits", "sending"]);
  expect(waiting({ status: "completed" })).toEqual([]);
  expect(waiting({ lane: "memory" })).toEqual([]);
  expect(waiting({ payload: "broken" })).toMatchObject([{ title: "snooze", callbackId: null }]);
});

test("a record that the browser gives back damaged is shown with its words as not done, and can be discarded", () => {
  const record = aTask({ payload: { ...(aTask().payload as object), words: "Ring Maya at ten" } });
  const [words, nothing] = damagedOf([
    { seq: 3, record: { ...record, attempts: "many" }, reason: "The record has no readable attempts.", at: NOON },
    { seq: 4, record: null, reason: "The record is no object.", at: NOON },
  ]) as [Unsent, Unsent];
  expect(words).toMatchObject({ title: "Snooze Maya for 5 min", words: "Ring Maya at ten", state: "stopped" });
  expect(words).toMatchObject({ isShown: true, why: { code: "damaged" }, doneAt: NOON });
  expect(nothing).toMatchObject({ title: "Something you did", callbackId: null });
  expect([words, nothing, ...waiting()].map(({ id }) => damagedNumberOf(id))).toEqual([3, 4, null]);
});

const context = { taskId: "a", attempt: 1, userId: "ann", signal: new AbortController().signal, retriedAt: null };
const act = actPayload.parse(aTask().payload);

/** Runs one act against a server that answers it in this way; returns how it ended. */
async function sent(answer: Response, createdAt = serverNow(), retriedAt: number | null = null): Promise<string> {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    return answer;
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const outcome = await ACTS.outcome.run(act, { ...context, createdAt, retriedAt });
  expect(asked.length, "too old is not sent").toBe(outcome.kind === "parked" ? 0 : 1);
  return outcome.kind === "done" ? "done" : `${outcome.kind} ${outcome.reason.code}`;
}
const good = () => Response.json({}, { headers: { "idempotency-key": "a" } });
const DAY_MS = 24 * 60 * 60_000;

test("unsent actions are saved as a text that a person can read: what, when, the words typed and why not", () => {
  const note = {
    request: "POST /calls/:id/outcome",
    body: {},
    title: "Answered: Zoe",
    callbackId: null,
    callSessionId: "3",
  };
  const text = unsentText(
    unsentOf(
      [
        aTask(),
        aTask({
          payload: { ...note, words: "Wants a price.\nRing at ten" },
          status: "failed",
          reason: { code: "already_applied", sentence: "Somebody else took it." },
        }),
      ],
      NOON,
    ),
    '{"tasks":[]}',
    NOON,
  );
  const noon = new Date(NOON).toString();
  expect(text).toBe(
    [
      `Not sent to Ringback: ${noon}`,
      `Snooze Maya for 5 min\n${noon}`,
      `Answered: Zoe\n${noon}\nSomebody else took it.\nWants a price.\nRing at ten`,
      '{"tasks":[]}',
    ].join("\n\n"),
  );
});

test("an action that is more than a day old is sent only after a person has confirmed it", async () => {
  const createdAt = serverNow() - ASKS_AFTER_MS - 60_000;
  expect(ASKS_AFTER_MS).toBe(DAY_MS);
  expect(await sent(good(), createdAt)).toBe("parked too_old");
  expect(await sent(good(), createdAt, serverNow())).toBe("done");
});

test("an action from a clock that was days ahead is sent only after a person has confirmed it, because its age is not known", async () => {
  const createdAt = serverNow() + 3 * DAY_MS;
  expect(await sent(good(), createdAt)).toBe("parked too_old");
  expect(await sent(good(), createdAt, serverNow())).toBe("done");
});

/** A tab whose actions all end in this way. */
function aTabOf(name: string, run: () => Promise<Outcome>): DurableQueue {
  return aTab({ time: new TestTime(), name, types: { snooze: aType(run) } });
}

test("actions of a page that is too old wait as a whole, and go out by themselves when the page is opened anew", async () => {
  const name = aName();
  const older = aTabOf(name, async () => outcomeOf({ code: "client_too_old", message: "Reload it, then it is sent." }));
  const ids = await older.enqueueBatch([
    { type: "snooze", payload: {} },
    { type: "snooze", payload: {} },
  ]);
  await older.processNext("send");
  expect(await older.processNext("send")).toBeNull();
  await older.close();
  const newer = aTabOf(name, async () => ({ kind: "done" }));
  // As each page does when it opens.
  await newer.resume("send");
  while (await newer.processNext("send"));
  expect(await Promise.all(ids.map(async (id) => (await newer.get(id))?.status))).toEqual(["completed", "completed"]);
});

test("an action under way that is discarded is gone when its attempt has failed, and is sent by nobody later", async () => {
  const { promise: answer, resolve: give } = Promise.withResolvers<Outcome>();
  const queue = aTabOf(aName(), () => answer);
  const id = await queue.enqueue({ type: "snooze", payload: {} });
  const begun = await queue.beginNext("send");
  const discarding = discardAtEnd(queue, id, () => queue.cancel(id));
  await expect.poll(async () => (await queue.get(id))?.status).toBe("processing");
  give({ kind: "unreachable", reason: { code: "offline", sentence: "No." } });
  await begun!.ended;
  await discarding;
  expect(await queue.get(id)).toBeNull();
  // One that is sent after all is finished, and nothing is left to discard.
  const sentId = await queue.enqueue({ type: "snooze", payload: {} });
  const other = aTabOf(aName(), async () => ({ kind: "done" }));
  await discardAtEnd(other, sentId, () => other.cancel(sentId));
});

test("only Ringback's own answer counts: a portal's page, and JSON that does not repeat the id, are offline", async () => {
  expect(await sent(good())).toBe("done");
  expect(await sent(new Response("<h1>Welcome to the hotel</h1>"))).toBe("unreachable offline");
  expect(await sent(Response.json({ ok: true }))).toBe("unreachable offline");
  expect(await sent(new Response("<h1>Sign in</h1>", { status: 511 }))).toBe("unreachable offline");
});

test("the first answer after a lost connection says that the server is back, and no later one does", async () => {
  let back = 0;
  const stop = onReached(() => {
    back += 1;
  });
  onTestFinished(() => {
    stop();
    vi.unstubAllGlobals();
  });
  const backAfter = async (...connections: boolean[]) => {
    for (const isUp of connections) {
      vi.stubGlobal("fetch", () => (isUp ? Promise.resolve(Response.json({})) : Promise.reject(new TypeError("lost"))));
      await ask("GET /me").catch(() => undefined);
    }
    return back;
  };
  expect(await backAfter(true, false, false)).toBe(0);
  expect(await backAfter(true, true)).toBe(1);
  expect(await backAfter(false, true)).toBe(2);
});

test("a page of a portal or a gateway, and an answer without a body, are as none: what is read is offline until Ringback answers", async () => {
  let back = 0;
  const stop = onReached(() => {
    back += 1;
  });
  onTestFinished(() => {
    stop();
    vi.unstubAllGlobals();
  });
  const html = { headers: { "content-type": "text/html" } };
  const foreign = [
    new Response("<h1>Hotel</h1>", html),
    new Response("<h1>502 Bad Gateway</h1>", { ...html, status: 502 }),
    new Response(""),
    new Response(null, { status: 204 }),
  ];
  for (const answer of foreign) {
    vi.stubGlobal("fetch", async () => answer);
    await expect(poll("/callbacks")).rejects.toMatchObject({ code: "offline" });
  }
  expect(back).toBe(0);
  vi.stubGlobal("fetch", async () => Response.json({}));
  await poll("/callbacks");
  expect(back).toBe(1);
  // A firewall that refuses one write says nothing of the connection.
  vi.stubGlobal("fetch", async () => new Response("<h1>Forbidden</h1>", { ...html, status: 403 }));
  await expect(ask("POST /callbacks/snooze", {})).rejects.toMatchObject({ code: "offline" });
  vi.stubGlobal("fetch", async () => Response.json({}));
  await poll("/callbacks");
  expect(back).toBe(1);
});

test("an action that was applied before is done", async () => {
  const problem = { code: "already_applied", detail: "This was done before." };
  expect(await sent(Response.json(problem, { status: 409 }))).toBe("done");
});

test("a browser takes for an action exactly what the schema of actions accepts", () => {
  const odd = fc.oneof(
    fc.constantFrom(null, undefined, "", 7, 1.5, 2 ** 53, [], {}, "POST /x", "PUT /", "GET /x", "POST x"),
    fc.anything(),
  );
  const fields = Object.fromEntries(Object.keys(actPayload.shape).map((name) => [name, odd]));
  const whole = fc.constant({ ...act, more: true });
  const changed = fc
    .tuple(fc.record(fields, { requiredKeys: [] }), fc.subarray(Object.keys(fields), { maxLength: 2 }))
    .map(([drawn, names]) => ({ ...act, ...Object.fromEntries(names.map((name) => [name, drawn[name]])) }));
  fc.assert(
    fc.property(fc.oneof(whole, changed, fc.record(fields), fc.anything()), (input) => {
      const { data = null } = actPayload.safeParse(input);
      expect(readAct(input)).toEqual(data);
    }),
    { numRuns: 500, examples: [[{ ...act, body: JSON.parse('{"__proto__": 1, "notes": "kept"}') }]] },
  );
});
