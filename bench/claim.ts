import { randomUUID } from "node:crypto";
import { readClock } from "../lib/time/clock.ts";
import type { Ctx } from "../lib/base/context.ts";
import { connect, poolOf } from "../lib/database/db.ts";
import { DEFAULT_LIMITS } from "../lib/base/env.ts";
import { answerOnce } from "../lib/http/repeat.ts";
import { openKv } from "../lib/kv/open.ts";
import { log } from "../lib/base/log.ts";
import { takeNext } from "../modules/calls/index.ts";
import { acceptCallback, snoozeCallback } from "../modules/callbacks/index.ts";
import { recordOutcome } from "../modules/calls/index.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { bareAccept, bareClaim, bareOutcome, bareSnooze, bareTake } from "./bare-calls.ts";
import { AGENTS, makeAgents, makeQueue } from "./claim-data.ts";
import { median, withDatabase } from "./database.ts";
import { type Rival, rivals } from "./runs-rivals.ts";
import { inParallel } from "./in-parallel.ts";

/**
 * Less while working on it: `CLAIM_BENCH_BACKLOGS=10000 CLAIM_BENCH_ROUNDS=3 npm run bench -- claim`. docs/operating.md says how
 * the rest is run.
 */
const BACKLOGS = (process.env.CLAIM_BENCH_BACKLOGS ?? "10000,300000,1000000").split(",").map(Number);
const CLIENTS = [1, 4, 16];
const ROUNDS = Number(process.env.CLAIM_BENCH_ROUNDS ?? 7);
/** `CLAIM_BENCH_RIVALS=1`: pg-boss and graphile-worker too, after `npm install` in `bench/rivals`. */
const WITH_RIVALS = process.env.CLAIM_BENCH_RIVALS === "1";
/** Claims of each kind in one round. */
const CLAIMS = 128;
const OPERATIONS = 40;
/** More promises than the operations need. */
const PROMISED = 5_000;

/**
 * Taking the next call beside a bare transaction that leaves the same rows, and beside the bare claim alone, in turns on one
 * database in one run; beside pg-boss and graphile-worker, if wanted, with as much in their queues; then what accept, snooze and
 * outcome cost beside the bare rows of theirs, by themselves and as the desk sends them. Each claim is of another agent. Medians of
 * the rounds.
 */
export default async function bench(): Promise<void> {
  await withDatabase(async (admin, _statements, url) => {
    const db = connect(url, { poolSize: Math.max(...CLIENTS) });
    await makeAgents(admin);
    for (const waiting of BACKLOGS) {
      console.log(`\n${waiting.toLocaleString("en")} waiting, ${AGENTS.toLocaleString("en")} agents; a second:`);
      console.log("clients | takeNext | bare transaction |  ratio | bare claim");
      await makeQueue(admin, waiting, 12_000);
      const ctx = await makeCtx(db);
      for (const clients of CLIENTS) await compareClaims(ctx, db, clients);
    }
    if (WITH_RIVALS) await measureRivals(url);
    console.log("\noperation                 | ours ms | bare transaction ms | times");
    await makeQueue(admin, BACKLOGS[0]!, PROMISED);
    await compareOperations(await makeCtx(db), db);
    await db.$disconnect();
  });
}

/** The rate of other queues, for information: they write no call, no agent and no event. */
async function measureRivals(url: string): Promise<void> {
  for (const rival of await rivals(url, Math.max(...CLIENTS))) {
    let queued = 0;
    for (const waiting of BACKLOGS) {
      await rival.queue(waiting - queued);
      queued = waiting;
      const rates: string[] = [];
      for (const clients of CLIENTS) rates.push(`${(await medianRate(rival, clients)).toFixed(0)} for ${clients}`);
      console.log(`${rival.name}, ${waiting.toLocaleString("en")} waiting; a second: ${rates.join(", ")} clients`);
    }
    await rival.end();
  }
}

async function medianRate(rival: Rival, clients: number): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const rate = await rival.take(clients, CLAIMS);
    if (round > 0) rates.push(rate);
  }
  return median(rates);
}

let turn = 0;
/** A different agent each time; there are more agents than the run of one backlog needs. */
const nextAgent = (): number => {
  turn = (turn % AGENTS) + 1;
  return turn;
};

async function compareClaims(ctx: Ctx, db: PrismaClient, clients: number): Promise<void> {
  const pool = poolOf(db);
  const ours = async (): Promise<void> => {
    const { next } = await takeNext(ctx, { agentId: nextAgent() });
    if (next?.callbackId == null) throw new Error("a claim did not find the promise that was first");
  };
  const kinds = [ours, () => bareTake(pool, nextAgent()), () => bareClaim(pool, nextAgent())];
  const rates: number[][] = kinds.map(() => []);
  // The first round is not counted: it opens connections and caches plans.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [n, work] of kinds.entries()) {
      const seconds = (await timed(() => inParallel(clients, CLAIMS, work))) / 1_000;
      if (round > 0) rates[n]!.push(CLAIMS / seconds);
    }
  }
  const [own, bare, claim] = rates.map(median) as [number, number, number];
  const cells = [
    String(clients).padStart(7),
    own.toFixed(0).padStart(8),
    bare.toFixed(0).padStart(16),
    (own / bare).toFixed(2).padStart(6),
  ];
  console.log(`${cells.join(" | ")} | ${claim.toFixed(0).padStart(10)}`);
}

async function compareOperations(ctx: Ctx, db: PrismaClient): Promise<void> {
  const pool = poolOf(db);
  // Promises from the end of the line, so that no claim takes them.
  let last = PROMISED;
  const nextCallback = (): number => {
    last -= 1;
    return last;
  };
  const accept: Operation = (at) => acceptCallback(at, { callbackId: nextCallback(), agentId: nextAgent() });
  const snooze: Operation = (at) => snoozeCallback(at, { callbackId: nextCallback(), snoozeMinutes: 10 });
  const outcome: Operation = (at) => recordOutcome(at, { callSessionId: BigInt(open.pop()!), outcomeType: "answered" });
  const open: string[] = [];
  for (let n = 0; n < 4 * (ROUNDS + 1) * OPERATIONS; n += 1) {
    const { next } = await takeNext(ctx, { agentId: nextAgent() });
    open.push(next!.callSessionId);
  }
  const bareOf: Record<string, (key?: string) => Promise<void>> = {
    accept: (key) => bareAccept(pool, nextCallback(), nextAgent(), key),
    snooze: (key) => bareSnooze(pool, nextCallback(), key),
    outcome: (key) => bareOutcome(pool, open.pop()!, key),
  };
  for (const [name, ours] of Object.entries({ accept, snooze, outcome })) {
    const bare = bareOf[name]!;
    await compareCost(
      name,
      () => ours(ctx),
      () => bare(),
    );
    await compareCost(
      `${name}, sent by the desk`,
      () => fromDesk(ctx, name, ours),
      () => bare(randomUUID()),
    );
  }
}

type Operation = (ctx: Ctx) => Promise<unknown>;

/** The operation as a route does it for the desk: once per key, noted as an action, its answer kept. */
async function fromDesk(ctx: Ctx, name: string, operation: Operation): Promise<unknown> {
  const action = { request: name, doneAt: ctx.now };
  const request = { scope: name, key: randomUUID(), input: { name }, action };
  return answerOnce(ctx, request, async (tx) => ({ status: 200, body: await operation(tx) }));
}

async function compareCost(name: string, ours: () => Promise<unknown>, bare: () => Promise<unknown>): Promise<void> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [n, work] of [ours, bare].entries()) {
      const each = (await timed(() => inParallel(1, OPERATIONS, work))) / OPERATIONS;
      if (round > 0) times[n]!.push(each);
    }
  }
  const [own, floor] = times.map(median) as [number, number];
  const cells = [name.padEnd(25), own.toFixed(2).padStart(7), floor.toFixed(2).padStart(19)];
  console.log(`${cells.join(" | ")} | ${(own / floor).toFixed(2).padStart(5)}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function makeCtx(db: PrismaClient): Promise<Ctx> {
  return {
    db,
    kv: openKv(),
    log,
    limits: DEFAULT_LIMITS,
    actor: { kind: "service" },
    newId: randomUUID,
    afterAnswer: () => {},
    now: await readClock(db),
  };
}
