/** The number of simultaneous requests of one caller is limited. */
import { expect, test } from "vitest";
import { z } from "zod";
import { env } from "#lib/base/env";
import { ADDRESS_HEADER } from "#lib/http/address";
import { download, methods, query } from "#lib/http/route";
import "#tests/setup/database";
import { asService, call } from "./call.ts";
import { asSupervisor } from "./signed-in.ts";

/** The connections of the pool without the two that are left for others. */
const CONCURRENT = env().DATABASE_POOL_SIZE - 2;

/** A route whose answers wait until the test releases them. */
function slowRoute(who: "anyone" | "service") {
  const waiting: (() => void)[] = [];
  const input = z.strictObject({});
  const read = () => new Promise<Record<string, never>>((done) => waiting.push(() => done({})));
  const { GET } = methods("/things", {
    GET: query({
      who: who === "anyone" ? ["anyone"] : ["service", "supervisor"],
      summary: "",
      input,
      answer: z.object({}),
      read,
    }),
  });
  const begun = (count: number) => expect.poll(() => waiting.length).toBe(count);
  const letGo = () => {
    for (const go of waiting.splice(0)) go();
  };
  return { GET, begun, letGo };
}

async function letAllGo(letGo: () => void, all: Promise<unknown>): Promise<void> {
  const timer = setInterval(letGo, 10);
  await all;
  clearInterval(timer);
}

test("R6: of many requests of one key only so many are worked on at once, a person is not held up by the others, and all are answered", async () => {
  const headers = await asSupervisor();
  const { GET, begun, letGo } = slowRoute("service");
  const crowd = Array.from({ length: CONCURRENT + 50 }, () => call(GET, "GET", { headers: asService }));
  await begun(CONCURRENT);
  const person = call(GET, "GET", { headers });
  await begun(CONCURRENT + 1);
  const all = Promise.all([...crowd, person]);
  await letAllGo(letGo, all);
  expect((await all).map(({ status }) => status)).toEqual(Array(CONCURRENT + 51).fill(200));
});

test("R6: strangers of one address share a lane, also with invented keys, and another address has its own", async () => {
  const { GET, begun, letGo } = slowRoute("anyone");
  const from = (address: string, n: number) =>
    call(GET, "GET", { headers: { [ADDRESS_HEADER]: address, authorization: `Bearer made-up-${n}` } });
  const crowd = Array.from({ length: CONCURRENT + 20 }, (_, n) => from("198.51.100.1", n));
  await begun(CONCURRENT);
  const other = from("198.51.100.2", 0);
  await begun(CONCURRENT + 1);
  const all = Promise.all([...crowd, other]);
  await letAllGo(letGo, all);
  expect(new Set((await all).map(({ status }) => status))).toEqual(new Set([200]));
});

test("R6: files for spreadsheets are made one after the other for all callers, and nothing else waits for them", async () => {
  const waiting: (() => void)[] = [];
  const file = { filename: "things.csv", type: "text/csv" };
  const read = () => new Promise<string>((done) => waiting.push(() => done("")));
  const input = z.strictObject({});
  const { GET } = methods("/things/csv", {
    GET: download({ who: ["service", "supervisor"], summary: "", input, ...file, read }),
  });
  const [mine, theirs] = [
    call(GET, "GET", { headers: asService }),
    call(GET, "GET", { headers: await asSupervisor() }),
  ];
  await expect.poll(() => waiting.length).toBe(1);
  const other = slowRoute("service");
  const beside = call(other.GET, "GET", { headers: asService });
  await other.begun(1);
  other.letGo();
  expect((await beside).status).toBe(200);
  expect(waiting.length).toBe(1);
  const all = Promise.all([mine, theirs]);
  await letAllGo(() => {
    expect(waiting.length).toBeLessThanOrEqual(1);
    for (const go of waiting.splice(0)) go();
  }, all);
  expect((await all).map(({ status }) => status)).toEqual([200, 200]);
});
