/**
 * `npm run tasks-demo`: plays the surroundings of Ringback when a voice agent starts long tasks: the service that registers them,
 * the runner that works on them, and the subscribers of two conversations. Runs against a running `npm start`.
 */
import { randomInt, randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { pause } from "#lib/time/clock";
import { readEnvironment, type Variables } from "./environment.ts";
import { readStream } from "./event-stream.ts";
import { endWith, main } from "./main.ts";

type Task = { taskId: string; conversationId: string; toolName: string; answer: string };
type Delivered = { id: string; contextId: string; text: string };

const run = randomUUID().slice(0, 8);
const [UMA, VIC] = [`uma-${run}`, `vic-${run}`];
/** An id that no other customer has. */
const USER = { id: 900_001, firstName: "Uma", lastName: "Ortiz", phone: "+442079460001", timeZone: "Europe/London" };

await main(async () => {
  const variables = readEnvironment();
  const { SERVICE_API_KEY, RUNNER_WEBHOOK_SECRET } = variables;
  if (!SERVICE_API_KEY || !RUNNER_WEBHOOK_SECRET) endWith(2, "Run npm start first; it makes the secrets this needs.");
  await play(originOf(variables), SERVICE_API_KEY!, RUNNER_WEBHOOK_SECRET!.split(",")[0]!);
});

function originOf({ PORT = "3000" }: Variables): string {
  return (process.argv[2] ?? `http://localhost:${PORT}`).replace(/\/$/, "");
}

async function play(origin: string, key: string, secret: string): Promise<void> {
  const ask = async (request: string, body?: object, headers = { authorization: `Bearer ${key}` }) =>
    send(`${origin}/api${request.split(" ")[1]}`, request.split(" ")[0]!, headers, body && JSON.stringify(body));
  const runnerSays = async ({ taskId, answer }: Task) => {
    const body = JSON.stringify({ requestId: taskId, success: true, output: answer });
    // The database's clock measures the age of a webhook; this machine's may be wrong.
    const { now } = await ask("GET /cursor-tasks?limit=1");
    return send(`${origin}/api/webhooks/cursor-task`, "POST", signed(secret, body, new Date(String(now))), body);
  };

  await ask("POST /users", { users: [USER] });
  const heard = new Map<string, string[]>();
  const [uma, vic] = [hold(origin, ask, UMA, heard), hold(origin, ask, VIC, heard)];

  const tasks = [UMA, VIC].flatMap((conversationId) =>
    ["find the order", "check the stock", "write the page"].map((toolName, n): Task => {
      const taskId = `${conversationId}-${n + 1}`;
      return { taskId, conversationId, toolName, answer: `done: ${toolName}` };
    }),
  );
  const [last] = tasks.splice(2, 1) as [Task];
  const [early, ...others] = tasks as [Task, ...Task[]];
  say("runner", `${early.taskId} is done before it is registered: ${(await runnerSays(early)).received}`);
  for (const { answer: _, ...task } of [...tasks, last]) await ask("POST /cursor-tasks", { ...task, userId: USER.id });
  say("service", `${tasks.length + 1} tasks are registered, in two conversations`);

  for (const task of shuffled(others)) {
    await pause(randomInt(100, 400));
    say(
      "runner",
      `${task.taskId} is done: ${(await runnerSays(task)).received}, again: ${(await runnerSays(task)).received}`,
    );
  }
  await until(() => tasks.every(({ taskId, conversationId }) => heard.get(conversationId)?.includes(taskId)));

  say("subscriber", `${UMA} hangs up, while ${last.taskId} is still worked on`);
  await ask(`POST /conversations/${UMA}/over`, {});
  say("runner", `${last.taskId} is done: ${(await runnerSays(last)).received}`);
  const callbackOfLast = async () => (await ask(`GET /cursor-tasks/${last.taskId}`)).callbackId;
  await until(async () => (await callbackOfLast()) !== null);
  const callbackId = await callbackOfLast();
  const { callbackReason, why } = await ask(`GET /callbacks/${callbackId}`);
  await Promise.all([uma(), vic()]);
  mustHaveHeardOnce(heard, tasks);
  say("desk", `callback ${callbackId}: ${callbackReason}`);
  say("desk", `${why} Look at ${origin}/callbacks and ${origin}/tasks`);
}

/**
 * Subscribes to a conversation: reads its stream, passes each result on and acknowledges it. Returns the function that stops it.
 */
function hold(
  origin: string,
  ask: (request: string, body?: object, headers?: { authorization: string }) => Promise<Record<string, unknown>>,
  conversationId: string,
  heard: Map<string, string[]>,
): () => Promise<void> {
  const gone = new AbortController();
  const holding = (async () => {
    const { token } = await ask(`POST /conversations/${conversationId}/token`, {});
    const headers = { authorization: `Bearer ${token}` };
    const url = `${origin}/api/conversations/${conversationId}/events`;
    const hear = async ({ data }: { data: string }) => {
      const { id, contextId, text } = JSON.parse(data) as Delivered;
      say(`subscriber of ${conversationId}`, text.split("\n").at(-1)!);
      await ask(`POST /conversations/${conversationId}/events/${id}/ack`, {}, headers);
      heard.set(conversationId, [...(heard.get(conversationId) ?? []), contextId]);
    };
    await readStream(url, headers, hear, gone.signal);
  })();
  return async () => {
    gone.abort();
    await holding;
  };
}

function signed(secret: string, body: string, at: Date): Record<string, string> {
  const id = randomUUID();
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
}

async function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body }),
  });
  const said = (await response.json()) as Record<string, unknown>;
  if (!response.ok) endWith(1, `${method} ${new URL(url).pathname} was refused: ${said.detail}`);
  return said;
}

function mustHaveHeardOnce(heard: Map<string, string[]>, tasks: Task[]): void {
  for (const [conversationId, ids] of heard) {
    const own = tasks.filter((task) => task.conversationId === conversationId).map(({ taskId }) => taskId);
    if ([...ids].sort().join() !== own.sort().join())
      endWith(1, `${conversationId} heard ${ids.join()}, not ${own.join()}.`);
  }
  say("subscribers", "each result arrived once, at its own conversation");
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    if (await isSo()) return;
    await pause(100);
  }
  endWith(1, "This took longer than 15 seconds; is npm start running, with its crons?");
}

function shuffled<T>(list: T[]): T[] {
  const rest = [...list];
  return list.map(() => rest.splice(randomInt(rest.length), 1)[0]!);
}

function say(who: string, words: string): void {
  process.stdout.write(`${who}: ${words}\n`);
}
