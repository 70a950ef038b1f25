import "../setup/database.ts";
import { SERVICE_API_KEY } from "../setup/secrets.ts";
import { asCron, asService, call } from "./call.ts";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { methods, query } from "#lib/http/route";

const nothing = z.strictObject({});
const anything = z.looseObject({});
const echo = query({
  who: ["service"],
  summary: "",
  input: anything,
  answer: anything,
  read: async (_ctx, input) => input,
});

describe("authentication", () => {
  const { GET } = methods("/things", { GET: echo });
  const bad: [string, Record<string, string>][] = [
    ["no header", {}],
    ["an empty one", { authorization: "" }],
    ["a scheme alone", { authorization: "Bearer" }],
    ["undefined", { authorization: "Bearer undefined" }],
    ["null", { authorization: "Bearer null" }],
    ["a prefix", { authorization: `Bearer ${SERVICE_API_KEY.slice(0, -1)}` }],
    ["one more letter", { authorization: `Bearer ${SERVICE_API_KEY}x` }],
    ["something behind it", { authorization: `Bearer ${SERVICE_API_KEY} again` }],
    ["the secret twice", { authorization: `Bearer ${SERVICE_API_KEY}, Bearer ${SERVICE_API_KEY}` }],
    ["another scheme", { authorization: `Basic ${SERVICE_API_KEY}` }],
    ["the secret alone", { authorization: SERVICE_API_KEY }],
    ["two spaces", { authorization: `Bearer  ${SERVICE_API_KEY}` }],
  ];
  test.each(bad)("%s is 401", async (_name, headers) => {
    const answer = await call(GET, "GET", { headers });
    expect([answer.status, answer.body.code]).toEqual([401, "unauthenticated"]);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(answer.text).not.toContain(SERVICE_API_KEY);
  });

  test("a caller we know at the wrong door is 403, at the right one 200", async () => {
    expect((await call(GET, "GET", { headers: asCron })).body.code).toBe("forbidden");
    expect((await call(GET, "GET", { headers: asService })).status).toBe(200);
    expect((await call(GET, "GET", { headers: { authorization: `bearer ${SERVICE_API_KEY}` } })).status).toBe(200);
  });

  test("a caller who is not let in learns nothing about faults of the request", async () => {
    const { POST } = methods("/things", { POST: echo });
    expect((await call(POST, "POST", { headers: {}, body: "{broken" })).status).toBe(401);
  });

  test("a route must say who may call it, and an operation of a cron cannot be given to a service", () => {
    const described = { summary: "", input: nothing, answer: nothing };
    // @ts-expect-error who is missing
    query({ ...described, read: async () => ({}) });
    const forCron = async (_ctx: { actor: { kind: "cron" } }) => ({});
    query({ who: ["cron"], ...described, read: forCron });
    // @ts-expect-error the actor is a service
    query({ who: ["service"], ...described, read: forCron });
  });
});
