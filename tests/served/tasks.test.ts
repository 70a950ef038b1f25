/** @module-tag long */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readStream } from "../../scripts/event-stream.ts";
import { asRunner } from "#tests/factories/signing";
import { hasRedis, type RedisRest, startRedisRest } from "#tests/fakes/redis-rest";
import { RUNNER_WEBHOOK_SECRET, SERVICE_API_KEY } from "../setup/secrets.ts";
import { ask, asCron, type Instance, serveInstances } from "./instances.ts";

let redis: RedisRest;
let one: Instance;
let two: Instance;
beforeAll(async () => {
  if (hasRedis) redis = await startRedisRest();
  const variables = redis && { KV_REST_API_URL: redis.url, KV_REST_API_TOKEN: redis.token };
  [one, two] = (await serveInstances(2, variables)) as [Instance, Instance];
});
afterAll(() => redis?.stop());

const register = (taskId: string, conversationId = "c") => ask(one, "POST /cursor-tasks", { taskId, conversationId });
async function reported(instance: Instance, requestId: string): Promise<[number, unknown]> {
  const body = { requestId, success: true, output: `of ${requestId}` };
  const answer = await ask(instance, "POST /webhooks/cursor-task", body, asRunner(JSON.stringify(body)));
  return [answer.status, answer.body.received];
}

/** Subscribes to the conversation at this instance, and acknowledges each result. */
function hold(instance: Instance, conversationId: string): { heard: string[]; hangUp: () => Promise<void> } {
  const heard: string[] = [];
  const gone = new AbortController();
  const headers = { authorization: `Bearer ${SERVICE_API_KEY}` };
  const url = `${instance.url}/api/conversations/${conversationId}/events`;
  const hear = async ({ id, data }: { id: string; data: string }) => {
    heard.push(JSON.parse(data).contextId);
    await ask(instance, `POST /conversations/${conversationId}/events/${id}/ack`, {});
  };
  const reading = readStream(url, headers, hear, gone.signal);
  return { heard, hangUp: () => (gone.abort(), reading) };
}

test("a result that comes to one instance is heard at once by the subscriber at another, each once", async () => {
  const { heard, hangUp } = hold(one, "c");
  for (const taskId of ["a", "b", "c"]) await register(taskId);
  for (const taskId of ["c", "a", "b"]) expect(await reported(two, taskId)).toEqual([200, "applied"]);
  await expect.poll(() => [...heard].sort()).toEqual(["a", "b", "c"]);
  await hangUp();
  const { body } = await ask(two, "GET /cursor-tasks?state=delivered");
  expect(body.counts).toMatchObject({ delivered: 3, pending: 0 });
});

test("the demonstration with a runner and two subscribers ends well", async () => {
  const env = { ...process.env, SERVICE_API_KEY, RUNNER_WEBHOOK_SECRET };
  const { stdout } = await promisify(execFile)(process.execPath, ["scripts/tasks-demo.ts", one.url], { env });
  expect(stdout).toContain("each result arrived once, at its own conversation");
  expect(stdout).toMatch(/desk: callback \d+: Tell the result of write the page: done: write the page/);
});

test.skipIf(!hasRedis)(
  "with Redis gone everything goes on, health says so, and the copies are there again after a sweep",
  async () => {
    await register("kept", "d");
    await redis.kill();
    expect(await reported(one, "kept")).toEqual([200, "applied"]);
    expect((await register("during", "d")).status).toBe(201);
    expect((await ask(one, "GET /cursor-tasks/during")).body).toMatchObject({ state: "pending" });
    const noted = "The key-value store could not be reached, or did not answer in time. Tasks are read from PostgreSQL";
    expect((await ask(one, "GET /health")).body).toMatchObject({
      ok: true,
      notes: expect.arrayContaining([expect.stringContaining(noted)]),
    });
    expect((await ask(one, "GET /cron/cursor-tasks", undefined, asCron)).body).toMatchObject({
      repaired: { copies: 0 },
    });
    await redis.restart();
    const { body } = await ask(one, "GET /health");
    expect(JSON.stringify(body)).not.toContain("key-value");
    await ask(one, "GET /cron/cursor-tasks", undefined, asCron);
    for (const [taskId, pending] of [
      ["kept", false],
      ["during", true],
    ] as const) {
      expect(JSON.parse(String(await redis.redis("GET", `cursor_task:${taskId}`)))).toMatchObject({ pending });
    }
    const log = await one.log();
    expect(log).toContain("copies of documents cannot be reached");
    expect(log).not.toMatch(/of kept|cursor_task:kept|token-of-the-key/);
  },
);
