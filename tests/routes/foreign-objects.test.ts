/** What a signed-in agent gets for the own, for somebody else's and for what does not exist, at every route that asks. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { aCallback, anAgent, aUser, tick } from "#tests/factories/desk";
import { api, everyRow, refused, routes } from "./api.ts";
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

/** What a route needs besides the ids. */
const REST: Record<string, Values> = {
  "GET /callbacks/calendar": { from: "2026-03-02T00:00:00Z", to: "2026-03-09T00:00:00Z" },
  "PUT /agents/:agentId/session": { status: "available" },
  "POST /calls/:callSessionId/outcome": { outcomeType: "answered" },
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

/** An answer without what is its own each time, and with the id that was asked for taken out. */
async function answerFor(id: unknown, got: ReturnType<typeof ask>): Promise<unknown> {
  const { status, body } = await got;
  const { requestId: _, ...rest } = body;
  return { status, text: JSON.stringify(rest).replaceAll(new RegExp(`\\b${id}\\b`, "g"), "ID") };
}

const MISSING = 987_654;

/** Ann, who is signed in, and Ben, with a callback and a call each; ids of Ben's are of no use to Ann. */
async function twoDesks() {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const [mine, theirs] = [await aCallback({ preferredAgentId: ann }), await aCallback({ preferredAgentId: ben })];
  return { ann, ben, mine, theirs, headers: await asAgent(ann) };
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
  test("A1: an agent is let in at the own desk, and at no other one, which stays as it is", async () => {
    const { ann, ben, mine, headers } = await twoDesks();
    const named = one.names.includes("callbackId") ? { callbackId: mine } : {};
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

test("A4: nobody promises in the name of another desk", async () => {
  const { ben, headers } = await twoDesks();
  const promise = { userId: String(await aUser()), scheduledFor: "2026-03-02T10:00:00Z", preferredAgentId: ben };
  await refused("POST /callbacks", promise, [403, "forbidden"], { headers });
});
