import { beforeAll, expect, test } from "vitest";
import { untilAnswered } from "#tests/factories/at-once";
import { aCallback, anAgent } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aText } from "#tests/factories/messages";
import { START } from "#tests/setup/database";
import { METRICS_TOKEN } from "#tests/setup/secrets";
import { ask, asCron, type Instance, serveInstances } from "./instances.ts";

let instances: [Instance, Instance];
const other = (n: number): Instance => instances[n % 2] as Instance;

beforeAll(async () => {
  instances = (await serveInstances(2)) as [Instance, Instance];
});

test("two instances on one database behave like one", async () => {
  const [one, two] = instances;
  await ask(one, "POST /users", {
    users: [{ id: 2001, firstName: "Uma", lastName: "Ortiz", phone: "+44 20 7946 0001" }],
  });
  const agents = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      const made = await ask(other(n), "POST /agents", {
        firstName: "Ann",
        lastName: `N${n}`,
        email: `n${n}@example.com`,
      });
      await ask(other(n + 1), `PUT /agents/${made.body.id}/session`, { status: "available" });
      return made.body.id as number;
    }),
  );
  const promise = { userId: 2001, scheduledFor: new Date(START.getTime() - 60_000).toISOString() };
  const key = { authorization: "Bearer service-key-of-the-tests", "idempotency-key": "one-promise" };
  const made = await Promise.all([one, two, one, two].map((at) => ask(at, "POST /callbacks", promise, key)));
  const callbackId = made[0]?.body.id;
  expect(new Set(made.filter(({ status }) => status === 201).map(({ body }) => body.id)).size).toBe(1);

  const ticks = await Promise.all(
    [one, two, one, two].map((at) => ask(at, "GET /cron/callback-notifications", undefined, asCron)),
  );
  expect(ticks.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(ticks.reduce((sum, { body }) => sum + (body.results as { notified: number }).notified, 0)).toBe(1);

  const accepts = await Promise.all(
    agents.map((agentId, n) => untilAnswered(() => ask(other(n), "POST /callbacks/accept", { callbackId, agentId }))),
  );
  expect(accepts.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
  const winner = agents[accepts.findIndex(({ status }) => status === 200)];
  const nexts = await Promise.all([one, two].map((at) => ask(at, "POST /queue/next", { agentId: winner })));
  const given = nexts.map(({ body }) => (body.next as { callbackId: number } | null)?.callbackId);
  expect(new Set(given)).toEqual(new Set([callbackId]));
  await expectInvariants();
});

test("R2: of two hundred agents who accept one callback at two instances one has it, and nobody meets a fault", {
  tags: ["long"],
}, async () => {
  const agents: number[] = [];
  for (let n = 0; n < 200; n += 1) agents.push(await anAgent());
  const callbackId = await aCallback();
  const accepts = await Promise.all(
    agents.map((agentId, n) => untilAnswered(() => ask(other(n), "POST /callbacks/accept", { callbackId, agentId }))),
  );
  expect(accepts.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(new Set(accepts.map(({ status }) => status))).toEqual(new Set([200, 409]));
  await expectInvariants();
});

test("two replicas that are scraped say the same of the database, and each of itself what it did", async () => {
  await aText();
  const read = async ({ url }: Instance) =>
    (await fetch(`${url}/api/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text();
  const [first, second] = [await read(instances[0]), await read(instances[1])];
  const depth = (text: string) => /^messaging_queue_depth (\d+)$/m.exec(text)?.[1];
  const process = (text: string) => /^ringback_scrapes_total\{process="([^"]+)"\} \d+$/m.exec(text)?.[1];
  expect([depth(first), depth(second)]).toEqual(["1", "1"]);
  expect(process(first)).toBeTruthy();
  expect(process(first)).not.toBe(process(second));
});
