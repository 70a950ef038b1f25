/** The web hooks of Cursor and of our runners. Titles name the rows W1 to W7 of the list of attacks on web hooks. */
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { untilAnswered } from "#tests/factories/at-once";
import { secretForTask } from "../../modules/cursor-tasks/secret-for-task.ts";
import { parseEnv } from "#lib/base/env";
import { sweepTasks } from "#modules/cursor-tasks";
import { erasePerson } from "#modules/personal-data";
import { asCursor, asRunner } from "#tests/factories/signing";
import { aUser } from "#tests/factories/desk";
import { aTask, stateOf, timesIn } from "#tests/factories/tasks";
import { POST as cursorTask } from "../../app/api/webhooks/cursor-task/route.ts";
import { POST as cursor } from "../../app/api/webhooks/cursor/route.ts";
import { ADDRESS_HEADER } from "#lib/http/address";
import { aCtx } from "../setup/ctx.ts";
import { advance, db, START } from "../setup/database.ts";
import { CURSOR_WEBHOOK_SECRET, RUNNER_WEBHOOK_SECRET } from "../setup/secrets.ts";
import { api, everyRow } from "./api.ts";
import { asService, call, type Got, lines } from "./call.ts";

type Headers = Record<string, string>;

const FINISHED = JSON.stringify({ event: "statusChange", id: "bc_1", status: "FINISHED", summary: "Done." });
const DONE = JSON.stringify({ requestId: "bc_1", success: true, output: "Done." });

const fromCursor = (body: string, headers: Headers = asCursor(body), query = "") =>
  call(cursor, "POST", { headers, body, query });
const fromRunner = (body: string, headers: Headers = asRunner(body)) => call(cursorTask, "POST", { headers, body });
const received = ({ status, body }: Got) => [status, body.received];

beforeEach(async () => {
  await aTask("bc_1");
});

async function refused(status: number, answer: () => Promise<Got>): Promise<void> {
  const before = await everyRow();
  const got = await answer();
  expect(got.status, got.text).toBe(status);
  expect(await everyRow()).toEqual(before);
  expect(await stateOf("bc_1")).toBe("pending");
}

describe("accepted signatures", () => {
  const { "x-webhook-signature": good, ...rest } = asCursor(FINISHED) as Headers & { "x-webhook-signature": string };
  const signed = (signature?: string): Headers =>
    signature === undefined ? rest : { ...rest, "x-webhook-signature": signature };

  test.each<[string, Headers]>([
    ["no signature", signed()],
    ["an empty one", signed("")],
    ["another secret", asCursor(FINISHED, "another secret of thirty-two letters")],
    ["of another body", asCursor(DONE)],
    ["in capitals", signed(good.toUpperCase())],
    ["without its name", signed(good.slice(7))],
    ["of another kind", signed(good.replace("sha256", "sha1"))],
    ["in base64", signed(`sha256=${Buffer.from(good.slice(7), "hex").toString("base64")}`)],
    ["one digit short", signed(good.slice(0, -1))],
    ["one digit more", signed(`${good}0`)],
    ["one bit flipped", signed(good.replace(/.$/, (last) => (last === "0" ? "1" : "0")))],
    ["of a runner", asRunner(FINISHED)],
    ["the service's key instead", { ...rest, ...asService, "x-webhook-signature": "sha256=0" }],
  ])("W1 Cursor: %s is not believed, and nothing is written", async (title, headers) => {
    await refused(title.startsWith("the service") ? 403 : 401, () => fromCursor(FINISHED, headers));
  });

  const standard = asRunner(DONE) as Headers & { "webhook-signature": string };
  const of = (signature: string): Headers => ({ ...standard, "webhook-signature": signature });
  test.each<[string, Headers]>([
    ["no header at all", { "content-type": "application/json" }],
    ["another secret", asRunner(DONE, START, "whsec_YW5vdGhlciBzZWNyZXQgb2YgdHdlbnR5LWZvdXIgYnl0ZXM=")],
    ["of another body", asRunner(FINISHED)],
    ["another id", { ...standard, "webhook-id": "msg_2" }],
    ["version v0", of(standard["webhook-signature"].replace("v1,", "v0,"))],
    ["no version", of(standard["webhook-signature"].slice(3))],
    ["only the version", of("v1,")],
    ["other letters", of(standard["webhook-signature"].toLowerCase())],
  ])("W1 runner: %s is not believed, and nothing is written", async (_title, headers) => {
    await refused(401, () => fromRunner(DONE, headers));
  });

  test("W1: of two signatures, sent while a secret is changed, one good one is enough", async () => {
    const other = asRunner(DONE, START, "whsec_YW5vdGhlciBzZWNyZXQgb2YgdHdlbnR5LWZvdXIgYnl0ZXM=");
    const both = `${other["webhook-signature"]} ${standard["webhook-signature"]}`;
    expect(received(await fromRunner(DONE, of(both)))).toEqual([200, "applied"]);
  });

  test("W1: an empty secret is no secret and closes the door; a short or malformed one refuses to start", () => {
    const rest = {
      DATABASE_URL: "postgresql://a@b/c",
      CRON_SECRET: "x".repeat(16),
      SERVICE_API_KEY: "y".repeat(16),
      AUTH_SECRET: "z".repeat(32),
    };
    const set = (variables: Headers) => parseEnv({ ...rest, ...variables });
    expect(set({ CURSOR_WEBHOOK_SECRET: "", RUNNER_WEBHOOK_SECRET: "" })).not.toHaveProperty("CURSOR_WEBHOOK_SECRET");
    for (const wrong of [" ", ",", "short", `${CURSOR_WEBHOOK_SECRET},`, `a,${CURSOR_WEBHOOK_SECRET}`])
      expect(() => set({ CURSOR_WEBHOOK_SECRET: wrong }), wrong).toThrow("CURSOR_WEBHOOK_SECRET is wrong");
    for (const wrong of ["whsec_", "whsec_c2hvcnQ=", RUNNER_WEBHOOK_SECRET.slice(6), `${RUNNER_WEBHOOK_SECRET},x`])
      expect(() => set({ RUNNER_WEBHOOK_SECRET: wrong }), wrong).toThrow("RUNNER_WEBHOOK_SECRET is wrong");
    const two = `${CURSOR_WEBHOOK_SECRET},${"b".repeat(32)}`;
    expect(set({ CURSOR_WEBHOOK_SECRET: two }).CURSOR_WEBHOOK_SECRET).toHaveLength(2);
  });

  test.each([
    [-301, 401],
    [-299, 200],
    [299, 200],
    [301, 401],
  ])(
    "W2: a time %i seconds from the database's now, months from this machine's, is answered %i",
    async (seconds, status) => {
      const at = new Date(START.getTime() + seconds * 1_000);
      expect((await fromRunner(DONE, asRunner(DONE, at))).status).toBe(status);
    },
  );

  test.each(["", "soon", "2026-03-02T09:00:00Z", String(START.getTime()), "-1", "1e9", `${START.getTime() / 1_000}.5`])(
    "W2: a time written as %j is not believed",
    (time) => refused(401, () => fromRunner(DONE, { ...asRunner(DONE), "webhook-timestamp": time })),
  );

  test("W2: a signature of five minutes ago by the database's clock is not accepted any more", async () => {
    await advance({ seconds: 301 });
    await refused(401, () => fromRunner(DONE));
    await advance({ seconds: -2 });
    expect((await fromRunner(DONE)).status).toBe(200);
  });

  test("neither a secret nor a body is ever in the log", async () => {
    await fromCursor(FINISHED);
    await fromRunner(DONE, {});
    await fromRunner(`{"requestId":"bc_1","success":true,"nonsense":"kanarie"}`);
    expect(lines.join("")).not.toMatch(/kanarie|Done\.|whsec|sha256=|v1,/);
    expect(lines.join("")).toContain('"actor":"cursor"');
  });
});

describe("what is taken", () => {
  test("FINISHED completes, ERROR fails, anything else is ignored; fields Cursor may add later do no harm", async () => {
    await aTask("bc_2");
    const more = {
      name: "x",
      source: { repository: "r", ref: "main" },
      target: { url: "u", new: 1 },
      later: { a: [1] },
    };
    const event = (id: string, status: string) =>
      JSON.stringify({ event: "statusChange", timestamp: "t", id, status, ...more });
    expect(received(await fromCursor(event("bc_1", "RUNNING")))).toEqual([200, "ignored"]);
    expect(received(await fromCursor(event("bc_1", "FINISHED")))).toEqual([200, "applied"]);
    expect(received(await fromCursor(event("bc_2", "ERROR")))).toEqual([200, "applied"]);
    expect([await stateOf("bc_1"), await stateOf("bc_2")]).toEqual(["completed", "failed"]);
  });

  test("fields that a runner of another release adds do no harm, and are not kept", async () => {
    const event = JSON.stringify({
      ...JSON.parse(DONE),
      timestamp: "2026-03-02T09:00:00Z",
      context: { message_id: 7 },
    });
    expect(received(await fromRunner(event))).toEqual([200, "applied"]);
    expect(await stateOf("bc_1")).toBe("completed");
  });

  test.each([
    ["success", { requestId: "bc_1", success: "yes", output: "the words" }],
    ["error", { requestId: "bc_1", success: false, error: { code: 7 } }],
    ["conversationId", { requestId: "bc_1", success: true, conversationId: "not one" }],
    ["success", { requestId: "bc_1" }],
  ])("a runner's event with a wrong %s is answered 200 and kept with its reason at the task", async (field, body) => {
    const event = JSON.stringify(body);
    expect(received(await fromRunner(event))).toEqual([200, "refused"]);
    expect(received(await fromRunner(event))).toEqual([200, "known"]);
    const { body: task } = await api("GET /cursor-tasks/bc_1");
    expect(task).toMatchObject({
      state: "pending",
      refused: [{ why: expect.stringMatching(`^${field}: `), sent: body }],
    });
    expect((await api("GET /cursor-tasks")).body).toMatchObject({ parked: 0, refused: [{ about: "task:bc_1" }] });
    // The right event comes later, and is accepted.
    expect(received(await fromRunner(DONE))).toEqual([200, "applied"]);
  });

  test.each([
    ["status", { event: "statusChange", id: "bc_1", status: 7 }, "cursor:bc_1"],
    ["summary", { event: "statusChange", id: "bc_1", status: "FINISHED", summary: ["a"] }, "cursor:bc_1"],
    ["id", { event: "statusChange", id: "b c", status: "FINISHED" }, null],
  ])("an event of Cursor with a wrong %s is answered 200 and kept with its reason", async (field, body, about) => {
    const event = JSON.stringify(body);
    expect(received(await fromCursor(event))).toEqual([200, "refused"]);
    expect((await api("GET /cursor-tasks")).body.refused).toMatchObject([
      { about, why: expect.stringMatching(`^${field}: `) },
    ]);
    const { refused: atTask } = (await api("GET /cursor-tasks/bc_1")).body;
    expect(atTask).toHaveLength(about === null ? 0 : 1);
  });

  test("an event that names no task, and the same 100 times at once, is kept once, without what cannot be stored", async () => {
    const event = '{"requestId":7,"success":true,"output":"a\\u0000\\u202eb"}';
    const answers = await Promise.all(Array.from({ length: 100 }, () => untilAnswered(() => fromRunner(event))));
    expect(answers.filter(({ body }) => body.received === "refused")).toHaveLength(1);
    expect(await db.parkedResult.findMany()).toMatchObject([{ about: null, outcome: { requestId: 7, output: "ab" } }]);
  });

  test("a refused event is erased together with the task's user", async () => {
    const userId = await aUser();
    await aTask("hers", { userId });
    await fromRunner(JSON.stringify({ requestId: "hers", success: "yes", output: "private" }));
    await erasePerson(await aCtx(), { customerId: String(userId) });
    expect(await db.parkedResult.count()).toBe(0);
  });

  test("W3: the same event 100 times at once is answered 200 each time and has one effect", async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => untilAnswered(() => fromRunner(DONE))));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
    expect(answers.filter(({ body }) => body.received === "applied")).toHaveLength(1);
    expect(await timesIn("completed")).toBe(1);
  });

  test("W3: the same event of an unknown task, 100 times at once, is parked once and applied once", async () => {
    const body = DONE.replace("bc_1", "later");
    const answers = await Promise.all(Array.from({ length: 100 }, () => untilAnswered(() => fromRunner(body))));
    expect(answers.filter(({ body: { received } }) => received === "parked")).toHaveLength(1);
    expect(answers.filter(({ body: { received } }) => received === "known")).toHaveLength(99);
    await aTask("later");
    expect(await stateOf("later")).toBe("completed");
  });

  test.each([
    ["other order of keys", JSON.stringify(JSON.parse(DONE), ["success", "requestId", "output"])],
    ["other spaces", DONE.replace(",", ", ")],
    ["a byte order mark", `\ufeff${DONE}`],
    ["a NUL", DONE.replace("Done.", "Done\\u0000")],
    ["an escape", DONE.replace("Done", "\\u0044one")],
    ["cut short", DONE.slice(0, -1)],
    ["one byte more", `${DONE} `],
    ["nothing", ""],
  ])("W4: a body that was changed after it was signed is not believed: %s", async (_title, body) => {
    await refused(401, () => fromRunner(body, asRunner(DONE)));
    await refused(401, () => fromCursor(body, asCursor(DONE)));
  });

  test("W4: a key that is given twice is refused, signed or not, at any depth", async () => {
    for (const body of [
      '{"requestId":"bc_1","requestId":"x","success":true}',
      '{"requestId":"bc_1","success":true,"output":{"a":1,"\\u0061":2}}',
    ])
      await refused(400, () => fromRunner(body));
  });

  test("W4: signed bytes that are no UTF-8 or no JSON are refused", async () => {
    for (const body of ["{", "[]", "null", '"x"']) await refused(400, () => fromRunner(body));
  });

  test("W5: five megabytes are refused before anything is made of them; packed ones are not unpacked", async () => {
    const large = `{"requestId":"bc_1","success":true,"output":"${"x".repeat(5_000_000)}"}`;
    await refused(413, () => fromRunner(large));
    await refused(413, () => fromRunner(large, {}));
    const packed = gzipSync(DONE).toString("latin1");
    await refused(415, () => fromRunner(packed, { ...asRunner(packed), "content-encoding": "gzip" }));
    await refused(401, () => fromRunner(packed, { ...asRunner(DONE), "content-encoding": "gzip" }));
  });

  test("large bodies that nobody signed are refused unread once their address has sent many; signed events from another address and small ones are taken", async () => {
    const large = `{"requestId":"bc_1","success":true,"output":"${"x".repeat(1_000_000)}"}`;
    const from = (network: string, body: string, headers: Headers) =>
      fromRunner(body, { ...headers, [ADDRESS_HEADER]: network, "content-length": String(body.length) });
    const statuses: number[] = [];
    for (let n = 0; n < 10; n += 1) statuses.push((await from("2001:db8:1::1", large, asRunner(DONE))).status);
    expect(statuses).toEqual([...Array(9).fill(401), 429]);
    await refused(429, () => from("2001:db8:1::1", large, asRunner(large)));
    await refused(401, () => from("2001:db8:1::1", DONE, asRunner(FINISHED)));
    expect(received(await from("2001:db8:2::1", large, asRunner(large)))).toEqual([200, "applied"]);
    expect(received(await from("2001:db8:1::1", DONE, asRunner(DONE)))).toEqual([200, "known"]);
  });

  test("signed output with characters nobody can store is taken without them", async () => {
    const body = '{"requestId":"bc_1","success":true,"output":{"a":"x\\u0000y\\ud800","b":["\\u001b[31m"]}}';
    expect(received(await fromRunner(body))).toEqual([200, "applied"]);
    const { result } = await db.cursorTask.findFirstOrThrow();
    expect(result).toEqual({ a: "xy\ufffd", b: ["[31m"] });
  });

  test("W6: a contradictory event later changes nothing and is answered 200", async () => {
    await fromCursor(FINISHED);
    const error = FINISHED.replace("FINISHED", "ERROR");
    const running = FINISHED.replace("FINISHED", "RUNNING");
    expect(received(await fromCursor(error))).toEqual([200, "known"]);
    expect(received(await fromCursor(running))).toEqual([200, "ignored"]);
    expect(await stateOf("bc_1")).toBe("completed");
  });

  test("W7: Cursor's own scheme, computed elsewhere: the vector is believed, one bit flipped is not", async () => {
    // printf '%s' "$body" | openssl dgst -sha256 -hmac "$CURSOR_WEBHOOK_SECRET"
    const body = '{"event":"statusChange","id":"bc_1","status":"FINISHED"}';
    const vector = "8989d74711b8cfdc25ef0595cba430f6c970c189cef7d601a7d1d016854a2604";
    const headers = { "content-type": "application/json", "x-webhook-signature": `sha256=${vector}` };
    const flipped = {
      ...headers,
      "x-webhook-signature": `sha256=${vector.replace(/^./, (first) => (first === "0" ? "1" : "0"))}`,
    };
    await refused(401, () => fromCursor(body, flipped));
    expect(received(await fromCursor(body, headers))).toEqual([200, "applied"]);
  });

  test("an event signed for one task, sent to the address of another, is not believed", async () => {
    await aTask("victim");
    const own = asCursor(FINISHED, secretForTask(CURSOR_WEBHOOK_SECRET, "bc_1"));
    for (const query of ["?task=victim", ""]) await refused(401, () => fromCursor(FINISHED, own, query));
    await refused(401, () => fromCursor(FINISHED, asCursor(FINISHED), "?task=victim"));
    // Nor does the body name another task than the address that its secret is for.
    const turned = JSON.stringify({ ...JSON.parse(FINISHED), task: "victim" });
    const signed = asCursor(turned, secretForTask(CURSOR_WEBHOOK_SECRET, "bc_1"));
    expect(received(await fromCursor(turned, signed, "?task=bc_1"))).toEqual([200, "applied"]);
    expect([await stateOf("victim"), await stateOf("bc_1")]).toEqual(["pending", "completed"]);
  });

  test("an event that came before its task is applied exactly once, however the two cross", async () => {
    for (let round = 0; round < 20; round += 1) {
      const taskId = `cross-${round}`;
      const [event] = await Promise.all([fromRunner(DONE.replace("bc_1", taskId)), aTask(taskId)]);
      expect(event.status).toBe(200);
      // One of both has seen the other, otherwise the sweep does; no result is ever left.
      expect(await stateOf(taskId)).toBe("completed");
    }
    expect((await sweepTasks(await aCtx())).applied).toBe(0);
    expect(await db.parkedResult.count()).toBe(0);
  });
});
