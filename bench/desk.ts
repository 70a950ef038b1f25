import type { PrismaClient } from "../prisma/generated/client.ts";
import { withDatabase } from "./database.ts";
import { addDue, makeDesks } from "./desk-data.ts";
import { sayFirstLoad } from "./desk-first-load.ts";
import { sayPlan } from "./desk-plan.ts";
import { type Answer, pollAsAgents, sayAnswers } from "./desk-polls.ts";
import { asCron, withServedApp } from "./served.ts";
import { signInAgents } from "./signed-in.ts";

const AGENTS = 200;
const CALLBACKS = 100_000;
const DUE = 1_000;
const SECONDS = 60;
/** Two rounds of all agents, in which they read the changes of the tick. */
const AFTERMATH_MS = 6_000;

/**
 * The desks of 200 signed-in agents, polled every three seconds, on one served instance with a tick of 1,000 due
 * callbacks in the middle; the plan of the poll's statement; and the first load of the page in a browser.
 */
export default async function bench(): Promise<void> {
  await withDatabase(async (db, _, databaseUrl) => {
    await withServedApp(databaseUrl, async (url) => {
      await makeDesks(db, AGENTS, CALLBACKS);
      const browsers = await signInAgents(db);
      await addDue(db, AGENTS, 10);
      await tick(url);
      await addDue(db, AGENTS, DUE);
      await sayPolls(db, url, browsers);
      await sayPlan(db, databaseUrl, AGENTS / 2);
      await sayFirstLoad(url, browsers);
    });
  });
}

async function sayPolls(db: PrismaClient, url: string, browsers: { cookie: string }[]): Promise<void> {
  // These polls do the one-time work of the processes before anything is counted.
  await pollAsAgents(url, browsers, 6);
  let ticked = { begun: Number.NaN, ended: Number.NaN };
  const timer = setTimeout(async () => {
    const begun = performance.now();
    await tick(url, DUE);
    ticked = { begun, ended: performance.now() };
  }, SECONDS * 500);
  const before = await work(db);
  const answers = await pollAsAgents(url, browsers, SECONDS);
  clearTimeout(timer);
  const after = await work(db);
  const isBeside = ({ sent, answered }: Answer) => answered > ticked.begun && sent < ticked.ended + AFTERMATH_MS;
  console.log(
    `\n${AGENTS} agents at ${CALLBACKS.toLocaleString("en")} callbacks for ${SECONDS} s: ${(answers.length / SECONDS).toFixed(1)} polls/s`,
  );
  sayAnswers("all", answers);
  sayAnswers("beside the tick", answers.filter(isBeside));
  sayAnswers(
    "the rest",
    answers.filter((answer) => !isBeside(answer)),
  );
  const each = (figure: keyof Work) => (after[figure] - before[figure]) / answers.length;
  console.log(`tick of ${DUE.toLocaleString("en")} due: ${(ticked.ended - ticked.begun).toFixed(0)} ms`);
  console.log(
    `per poll: ${each("transactions").toFixed(2)} statements, ${each("milliseconds").toFixed(2)} ms in the database, the tick included`,
  );
}

async function tick(url: string, due?: number): Promise<void> {
  const answer = await fetch(`${url}/api/cron/callback-notifications`, { headers: asCron });
  const { ledger } = (await answer.json()) as { ledger?: { newlyQueued: number } };
  if (!ledger || (due !== undefined && ledger.newlyQueued !== due))
    throw new Error("The tick did not queue what was due.");
}

type Work = { transactions: number; milliseconds: number };

/** The database's counters so far. A poll has no transaction: each of its statements is one of its own. */
async function work(db: PrismaClient): Promise<Work> {
  // PostgreSQL reports the statistics of a connection when it has been idle for a second.
  await new Promise((done) => setTimeout(done, 2_000));
  const [done] = await db.$queryRaw<Work[]>`SELECT xact_commit::float AS transactions, active_time AS milliseconds
    FROM pg_stat_database WHERE datname = current_database()`;
  return done!;
}
