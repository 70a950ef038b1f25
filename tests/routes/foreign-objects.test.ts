/** The answers to a signed-in agent for own objects, for those of others and for ones that do not exist, at every route with an id. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { recordCall } from "#modules/calls";
import { aCallback, anAgent, aRegularEntry, aUser, liveEntries, tick } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { advance } from "#tests/setup/database";
import { api, document, everyRow, refused, routes } from "./api.ts";
import { asAgent } from "./signed-in.ts";

type Values = Record<string, unknown>;

const operations = routes.flatMap(({ path, operations }) =>
  Object.entries(operations).flatMap(([method, { who, input }]) =>
    who.includes("agent") && input instanceof z.ZodObject ? [{ method, path, names: Object.keys(input.shape) }] : [],
  ),
);
type Asked = (typeof operations)[number];
const naming = (name: string) => operations.filter(({ names }) => names.includes(name));
const titled = (list: Asked[]) => list.map((one) => ({ ...one, name: `${one.method} ${one.path}` }));

/** The input of a route besides the ids. */
const REST: Record<string, Values> = {
  "GET /callbacks/calendar": { from: "2026-03-02T00:00:00Z", to: "2026-03-09T00:00:00Z" },
  "GET /callbacks/counts": { from: "2026-03-02T00:00:00Z", to: "2026-03-09T00:00:00Z" },
  "PUT /agents/:agentId/session": { status: "available" },
  "PUT /agents/:agentId/unsent": { browserId: "0".repeat(32), device: "Mac", unsent: 1, oldestAt: null },
  "POST /calls/:callSessionId/outcome": { outcomeType: "answered" },
  "POST /calls/:callSessionId/outcome/undo": { outcomeType: "answered" },
  "POST /callbacks": { scheduledFor: "2026-03-02T10:00:00Z" },
  "POST /callbacks/reschedule": { scheduledFor: "2026-03-02T10:00:00Z" },
  "POST /callbacks/when": { text: "tomorrow 3pm" },
  "POST /queue/skip": { reason: "speaks Dutch only" },
  "POST /users/lookup": { phone: "+1 555 0199" },
};

/** Sends these values where the route takes them: in its address, in the body, else in the query. */
function ask({ method, path }: Asked, values: Values, headers: Record<string, string>) {
  const all = { ...REST[`${method} ${path}`], ...values };
  const address = path.replace(/:(\w+)/g, (_, name: string) => String(all[name]));
  const rest = Object.entries(all).filter(([name]) => !path.includes(`:${name}`));
  if (["POST", "PUT"].includes(method)) return api(`${method} ${address}`, Object.fromEntries(rest), { headers });
  return api(`${method} ${address}?${rest.map(([name, value]) => `${name}=${value}`).join("&")}`, undefined, {
    headers,
  });
}

/** An answer without its changing parts, and without the requested id. */
async function answerFor(id: unknown, got: ReturnType<typeof ask>): Promise<unknown> {
  const { status, body } = await got;
  const { requestId: _, ...rest } = body;
  return { status, text: JSON.stringify(rest).replaceAll(new RegExp(`\\b${id}\\b`, "g"), "ID") };
}

const MISSING = 987_654;

/** Ann, who is signed in, and Ben, with a callback and a call each; Ben's ids are of no use to Ann. */
async function twoDesks() {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const [myUser, theirUser] = [await aUser({ firstName: "Mia" }), await aUser({ firstName: "Theo" })];
  const mine = await aCallback({ userId: myUser, preferredAgentId: ann });
  const theirs = await aCallback({ userId: theirUser, preferredAgentId: ben });
  return { ann, ben, myUser, theirUser, mine, theirs, headers: await asAgent(ann) };
}

/** The same desks, in a call each. */
async function twoCalls() {
  const desks = await twoDesks();
  await tick();
  const callOf = async (agentId: number) => {
    const { next } = (await api("POST /queue/next", { agentId })).body as { next: { callSessionId: string } };
    return next.callSessionId;
  };
  return { ...desks, myCall: await callOf(desks.ann), theirCall: await callOf(desks.ben) };
}

describe.each(titled(naming("agentId")))("$name", (one) => {
  test("A1: an agent is let in at their own desk, and at no other one, which stays as it is", async () => {
    const { ann, ben, mine, headers } = await twoDesks();
    const named = {
      ...(one.names.includes("callbackId") && { callbackId: mine }),
      ...(one.names.includes("queueEntryId") && { queueEntryId: await aRegularEntry(await aUser()) }),
    };
    const before = await everyRow();
    for (const agentId of [ben, MISSING]) {
      const { status, body } = await ask(one, { ...named, agentId }, headers);
      expect([status, body.code]).toEqual([403, "forbidden"]);
    }
    expect(await everyRow()).toEqual(before);
    expect([401, 403, 404]).not.toContain((await ask(one, { ...named, agentId: ann }, headers)).status);
  });
});

const ofCallbacks = [...naming("callbackId"), ...naming("id")].filter(({ names }) => !names.includes("callSessionId"));

describe.each(titled(ofCallbacks))("$name", (one) => {
  test("A1: a callback of another desk is answered as one that does not exist, and stays as it is", async () => {
    const { mine, theirs, headers } = await twoDesks();
    const name = one.names.includes("callbackId") ? "callbackId" : "id";
    const before = await everyRow();
    const [foreign, missing] = [
      await answerFor(theirs, ask(one, { [name]: theirs }, headers)),
      await answerFor(MISSING, ask(one, { [name]: MISSING }, headers)),
    ];
    expect(foreign).toEqual(missing);
    expect(await everyRow()).toEqual(before);
    expect([401, 403, 404]).not.toContain((await ask(one, { [name]: mine }, headers)).status);
  });
});

describe.each(titled(naming("callSessionId")))("$name", (one) => {
  test("A1: a call of another desk is answered as one that does not exist, and stays as it is", async () => {
    const { myCall, theirCall, headers } = await twoCalls();
    const before = await everyRow();
    const [foreign, missing] = [
      await answerFor(theirCall, ask(one, { callSessionId: theirCall }, headers)),
      await answerFor(MISSING, ask(one, { callSessionId: MISSING }, headers)),
    ];
    expect(foreign).toEqual(missing);
    expect(await everyRow()).toEqual(before);
    expect((await ask(one, { callSessionId: myCall }, headers)).status).toBe(200);
  });
});

test("A1: the outcome of an inbound call cannot be used to find out which callbacks other desks have", async () => {
  const { ann, theirs, headers } = await twoDesks();
  const call = { userId: String(await aUser()), agentId: ann, direction: "inbound", status: "in_progress" };
  const { id } = (await api("POST /calls", call)).body;
  const outcome = (callbackId: number) =>
    api(`POST /calls/${id}/outcome`, { outcomeType: "answered", callbackId }, { headers });
  const before = await everyRow();
  expect(await answerFor(theirs, outcome(theirs))).toEqual(await answerFor(MISSING, outcome(MISSING)));
  expect(await everyRow()).toEqual(before);
});

describe.each(titled(naming("userId")))("$name", (one) => {
  test("A1: a user of another desk is answered as one that does not exist, and nothing is written", async () => {
    const { myUser, theirUser, headers } = await twoDesks();
    await tick();
    const before = await everyRow();
    const [foreign, missing] = [
      await answerFor(theirUser, ask(one, { userId: String(theirUser) }, headers)),
      await answerFor(MISSING, ask(one, { userId: String(MISSING) }, headers)),
    ];
    expect(foreign).toEqual(missing);
    expect(await everyRow()).toEqual(before);
    expect([200, 201]).toContain((await ask(one, { userId: String(myUser) }, headers)).status);
  });
});

test("A1: nobody promises out of a call of another desk, and learns of none", async () => {
  const { myUser, myCall, theirCall, headers } = await twoCalls();
  const promise = (callSessionId: unknown) =>
    api(
      "POST /callbacks",
      { userId: String(myUser), scheduledFor: "2026-03-02T10:00:00Z", originalCallSessionId: callSessionId },
      { headers },
    );
  const before = await everyRow();
  expect(await answerFor(theirCall, promise(theirCall))).toEqual(await answerFor(MISSING, promise(MISSING)));
  expect(await everyRow()).toEqual(before);
  expect((await promise(myCall)).status).toBe(201);
});

test("A1: an agent promises out of their own call of the last day when its user has left the desk, and not later", async () => {
  const { myUser, myCall, headers, ann } = await twoCalls();
  const promise = (more: object) =>
    api("POST /callbacks", { userId: String(myUser), scheduledFor: "2026-03-09T10:00:00Z", ...more }, { headers });
  await api(`POST /calls/${myCall}/outcome`, { outcomeType: "answered" }, { headers });
  await recordCall(await aCtx(), { userId: await aUser(), agentId: ann, direction: "inbound", status: "completed" });
  expect((await promise({})).status).toBe(404);
  expect((await promise({ originalCallSessionId: myCall })).status).toBe(201);
  await advance({ hours: 25 });
  expect((await promise({ originalCallSessionId: myCall })).status).toBe(404);
});

test("A1: a page of callbacks that begins after a foreign one reveals neither that it exists nor when it is", async () => {
  const { ann, ben, mine, headers } = await twoDesks();
  const late = await aCallback({ preferredAgentId: ann, inMinutes: 60 });
  const between = await aCallback({ preferredAgentId: ben, inMinutes: 30 });
  const after = async (cursor: string) =>
    (await api(`GET /callbacks?order=due&cursor=${cursor}`, undefined, { headers })).body as { callbacks: Values[] };
  const nine = Date.parse("2026-03-02T09:00:00Z");
  expect((await after(`${nine}.${mine}`)).callbacks.map(({ id }) => id)).toEqual([late]);
  // A cursor is the place of the next page, and is not looked up.
  for (const minutes of [0, 30, 59]) {
    const at = nine + minutes * 60_000;
    expect(await after(`${at}.${between}`)).toEqual(await after(`${at}.${MISSING}`));
  }
});

test("A1: a callback that waits for any agent cannot be read or changed by a guessed id, and can be accepted", async () => {
  const ann = await anAgent({ status: "break" });
  const headers = await asAgent(ann);
  const callbackId = await aCallback();
  await tick();
  const before = await everyRow();
  for (const request of [
    () => api(`GET /callbacks/${callbackId}`, undefined, { headers }),
    () => api("POST /callbacks/snooze", { callbackId }, { headers }),
    () => api("POST /callbacks/snooze/undo", { callbackId, snoozedUntil: "2026-03-02T09:05:00Z" }, { headers }),
    () => api("POST /callbacks/release", { callbackId }, { headers }),
  ])
    expect((await request()).status).toBe(404);
  expect(await everyRow()).toEqual(before);
  expect((await api("POST /callbacks/accept", { callbackId }, { headers })).status).toBe(200);
});

test("A1: the next call is never one of another agent's queue, nor of a queue the agent does not work", async () => {
  const [ann, ben] = [await anAgent({ queues: ["unsigned_users"] }), await anAgent()];
  await aCallback({ acceptedBy: ben });
  await aRegularEntry(await aUser(), { queueType: "outstanding_requests" });
  const headers = await asAgent(ann);
  for (const queueType of ["unsigned_users", "outstanding_requests"])
    expect((await api("POST /queue/next", { queueType }, { headers })).body).toEqual({ next: null });
});

test("A1: an agent skips what is offered to their own desk; of every other entry the answer is that of one that does not exist", async () => {
  const [ann, ben] = [await anAgent({ queues: ["unsigned_users"] }), await anAgent()];
  const theirs = await aRegularEntry(await aUser(), { queueType: "outstanding_requests" });
  await aCallback({ acceptedBy: ben });
  const [accepted] = await liveEntries();
  const headers = await asAgent(ann);
  const skip = (queueEntryId: number) => api("POST /queue/skip", { queueEntryId, reason: "not mine" }, { headers });
  const missing = await answerFor(MISSING, skip(MISSING));
  const before = await everyRow();
  for (const entryId of [theirs, accepted!.id]) expect(await answerFor(entryId, skip(entryId))).toEqual(missing);
  expect(await everyRow()).toEqual(before);
});

describe("A4: nobody promises in the name of another desk", () => {
  test("by hand", async () => {
    const { ben, myUser, headers } = await twoDesks();
    const promise = { userId: String(myUser), scheduledFor: "2026-03-02T10:00:00Z" };
    for (const preferredAgentId of [ben, MISSING])
      await refused("POST /callbacks", { ...promise, preferredAgentId }, [403, "forbidden"], { headers });
  });

  test("with the outcome of a call", async () => {
    const { ben, myCall, headers } = await twoCalls();
    for (const preferredAgentId of [ben, MISSING]) {
      const callback = { scheduledFor: "2026-03-02T10:00:00Z", preferredAgentId };
      const outcome = { outcomeType: "call_back", callback };
      await refused(`POST /calls/${myCall}/outcome`, outcome, [403, "forbidden"], { headers });
    }
  });
});

describe("the walk in modules/access/THREATS.md", () => {
  const walked = new Map(
    [
      ...readFileSync("modules/access/THREATS.md", "utf8").matchAll(
        /^\| ((?:GET|POST|PUT|PATCH|DELETE) \S+) +\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm,
      ),
    ].map(([, name = "", ids = "", , proof = ""]) => [name.replaceAll("`", ""), { ids, proof }] as const),
  );

  test("A1: has a line for each operation an agent may call, with everything it takes that can name something of others", () => {
    const asked = routes.flatMap(({ path, operations }) =>
      Object.entries(operations).flatMap(([method, { who }]) =>
        who.includes("agent") ? [[`${method} ${path}`, idsOf(method, path)]] : [],
      ),
    );
    expect(Object.fromEntries([...walked].map(([name, { ids }]) => [name, ids]))).toEqual(Object.fromEntries(asked));
  });

  test.each([...walked])("%s is proven by the tests it names", (_name, { proof }) => {
    const named = [...proof.matchAll(/`([^`]+\.test\.ts)` "([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, file = "", title = ""] of named) expect(readFileSync(file, "utf8")).toContain(`"${title}`);
  });
});

/** Names of parameters and fields, at any depth, that can hold an id, or find a person. */
function idsOf(method: string, path: string): string {
  const { parameters, requestBody } = document.paths[`/api${path.replace(/:(\w+)/g, "{$1}")}`]![method.toLowerCase()]!;
  const names = new Set(parameters.map(({ name }) => name));
  const look = (schema: unknown): void => {
    if (typeof schema !== "object" || schema === null) return;
    const { properties = {} } = schema as { properties?: object };
    for (const name of Object.keys(properties)) names.add(name);
    for (const inner of Object.values(schema)) look(inner);
  };
  look(requestBody?.content["application/json"].schema);
  const ids = [...names].filter((name) => /^(id|cursor|phone|search)$|Id$/.test(name)).sort();
  return ids.map((name) => `\`${name}\``).join(", ") || "nothing";
}
