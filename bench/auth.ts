import { registerHooks } from "node:module";
import pg from "pg";
import type { Handler } from "../lib/http/call.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { median, withDatabase } from "./database.ts";
import { signInAgents } from "./signed-in.ts";

const CLIENTS = 16;
const ROUNDS = 61;
// Short rounds: other load of the machine then affects both alike.
const REQUESTS = 200;
const WARM = 2_000;

/**
 * The poll of a signed-in agent that finds nothing new, beside the same poll without authentication: the same handlers, input, read
 * and ETag, in one process on one database, in turns.
 */
export default async function bench(): Promise<void> {
  await withDatabase(async (db, _, url) => {
    Object.assign(process.env, {
      DATABASE_URL: url,
      CRON_SECRET: "cron-secret-of-the-bench",
      SERVICE_API_KEY: "service-key-of-the-bench",
      AUTH_SECRET: "secret-that-signs-the-cookies-of-the-bench",
      REQUESTS_PER_MINUTE: "1000000",
      LOG_LEVEL: "silent",
    });
    const statements = countStatements();
    const { signedIn, open } = await handlers();
    await makeDesk(db);
    const browsers = await signInAgents(db);
    const [asked, free] = [
      await pollers(signedIn, browsers),
      await pollers(
        open,
        browsers.map(() => ({})),
      ),
    ];
    for (const polls of [free, asked]) await rate(polls, WARM, statements);
    const rounds: { asked: Rate; free: Rate }[] = [];
    for (let n = 0; n < ROUNDS; n += 1) {
      // The second one is slowed by leftover work of the first, so the order alternates.
      if (n % 2 === 0)
        rounds.push({ free: await rate(free, REQUESTS, statements), asked: await rate(asked, REQUESTS, statements) });
      else
        rounds.push({ asked: await rate(asked, REQUESTS, statements), free: await rate(free, REQUESTS, statements) });
    }
    console.log(`\n${CLIENTS} clients, medians of ${ROUNDS} rounds of ${REQUESTS} polls that are answered 304`);
    say(
      "for anyone, uncounted",
      rounds.map(({ free }) => free),
    );
    say(
      "signed in, counted",
      rounds.map(({ asked }) => asked),
    );
    const ratios = rounds.map(({ asked, free }) => asked.perSecond / free.perSecond).sort((a, b) => a - b);
    const [low, middle, high] = [ratios[0], median(ratios), ratios.at(-1)].map(
      (ratio = 0) => `${(ratio * 100).toFixed(0)} %`,
    );
    console.log(`signed in against anyone: ${middle} (rounds: ${low} to ${high})`);
  });
}

type Rate = { perSecond: number; statements: number };
type Poll = () => Promise<void>;

function say(who: string, rates: Rate[]): void {
  const [perSecond, each] = [median(rates.map((rate) => rate.perSecond)), median(rates.map((rate) => rate.statements))];
  console.log(`${who.padEnd(21)}: ${perSecond.toFixed(0).padStart(5)} requests/s, ${each.toFixed(2)} statements each`);
}

/** The route as it is served, and the same operation for anyone. The environment must be set before. */
async function handlers(): Promise<{ signedIn: Handler; open: Handler }> {
  // Next's bundler completes this address; Node by itself does not.
  registerHooks({ resolve: (name, context, next) => next(name === "next/server" ? "next/server.js" : name, context) });
  const { GET } = await import("../app/api/agents/[agentId]/pending-callbacks/route.ts");
  const { methods } = await import("../lib/http/route.ts");
  const open = { ...GET.operations!.GET!, kind: "probe", who: ["anyone"] } as const;
  return { signedIn: GET, open: methods("/agents/:agentId/pending-callbacks", { GET: open }).GET };
}

/** An agent for each client, with five callbacks each, and a tick that is young enough for as long as the bench runs. */
async function makeDesk(db: PrismaClient): Promise<void> {
  await db.$executeRaw`INSERT INTO agents (first_name, last_name, email, allowed_queues, created_at)
    SELECT 'Ann', g::text, 'agent' || g || '@example.test', ARRAY['outstanding_requests'], now() FROM generate_series(1, ${CLIENTS}::int) g`;
  await db.$executeRaw`INSERT INTO users (id, first_name, last_name, phone, created_at, updated_at)
    SELECT g, 'User', g::text, '+15550100', now(), now() FROM generate_series(1, ${CLIENTS}::int * 5) g`;
  await db.$executeRaw`INSERT INTO callbacks (user_id, scheduled_for, promised_for, promised_local, promised_zone, preferred_agent_id, max_attempts,
      created_at, event_at, event_type, event_actor, event_why)
    SELECT g, now(), now(), now(), 'UTC', 1 + g % ${CLIENTS}::int, 3, now(), now(), 'created', 'bench', 'bench'
    FROM generate_series(1, ${CLIENTS}::int * 5) g`;
  await db.$executeRaw`INSERT INTO tick_runs (source, started_at, finished_at, due, newly_queued, already_queued, deferred, refused, quarantined,
      upcoming, overdue, routed, unassigned, rerouted, failures)
    VALUES ('bench', now() + interval '1 hour', now() + interval '1 hour', 0, 0, 0, '[]', '[]', 0, 0, 0, 0, 0, 0, '[]')`;
}

/** For each agent a poll by a browser that has the newest answer already. It throws when the answer is not 304. */
function pollers(handler: Handler, browsers: Record<string, string>[]): Promise<Poll[]> {
  return Promise.all(browsers.map((headers, n) => poller(handler, n + 1, headers)));
}

async function poller(handler: Handler, agentId: number, headers: Record<string, string>): Promise<Poll> {
  const url = `http://localhost/api/agents/${agentId}/pending-callbacks`;
  const known = { ...headers };
  const ask = async () => {
    const answer = await handler(new Request(url, { headers: known }), {
      params: Promise.resolve({ agentId: String(agentId) }),
    });
    const copies = answer.headers.getSetCookie().map((line) => line.split(";", 1)[0]!);
    // As in a browser, the copy of the session is renewed every minute.
    if (copies.length > 0) known.cookie = [headers.cookie, ...copies].join("; ");
    return answer;
  };
  const first = await ask();
  known["if-none-match"] = first.headers.get("etag") ?? "";
  return async () => {
    const { status } = await ask();
    if (status !== 304) throw new Error(`The poll was answered ${status}.`);
  };
}

/** All clients at once, each with the polls of one agent. */
async function rate(polls: Poll[], requests: number, statements: () => number): Promise<Rate> {
  let left = requests;
  const [before, start] = [statements(), performance.now()];
  const client = async (poll: Poll) => {
    while (left-- > 0) await poll();
  };
  await Promise.all(polls.map(client));
  return {
    perSecond: (requests * 1_000) / (performance.now() - start),
    statements: (statements() - before) / requests,
  };
}

/** Counts what every connection of this process sends. */
function countStatements(): () => number {
  let sent = 0;
  const send = pg.Client.prototype.query;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    sent += 1;
    return Reflect.apply(send, this, args);
  } as typeof send;
  return () => sent;
}
