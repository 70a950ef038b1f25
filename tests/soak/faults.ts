/** The faults of a soak, and their repair. One fault at a time; when it is over everything runs. */
import { setTimeout as pause } from "node:timers/promises";
import type { Fault, FaultKind } from "./plan.ts";
import { connectTo, type Served } from "./served.ts";

const seconds = (count: number) => pause(count * 1_000);
/** Longer than a request, a statement and its ROLLBACK together may take. */
const LONGER_THAN_ALL_SECONDS = 9;
const LOCKED_SECONDS = 7;
/** A stall begins at one of this many statements of a transaction. */
const STATEMENTS = 6;
const TABLES = ["callbacks", "call_queue", "call_sessions", "idempotency_keys"];

/** Lets the fault happen and resolves when it is over. */
export async function breakAndMend(served: Served, fault: Fault): Promise<void> {
  await FAULTS[fault.kind](served, fault);
}

const FAULTS: Record<FaultKind, (served: Served, fault: Fault) => Promise<void>> = {
  /** At each instance one connection stalls, at a random statement, and comes back to life later. */
  async stall({ instances }, fault) {
    await Promise.all(
      instances.map(async ({ proxy }, n) => {
        const part = (fault.pick * (n + 1) * 7) % 1;
        const at = 1 + Math.floor(part * STATEMENTS);
        proxy.watch({ at, when: fault.seconds < 3 ? "before" : "after", in: "a transaction" });
        for (let tries = 0; !proxy.isStalled() && tries < 100; tries += 1) await pause(100);
        await seconds(LONGER_THAN_ALL_SECONDS);
        proxy.thaw();
        proxy.watch(null);
      }),
    );
  },
  async "kill an instance"({ instances }, fault) {
    const instance = instances[Math.floor(fault.pick * instances.length)]!;
    await instance.kill();
    await seconds(1);
    await instance.start();
  },
  async "freeze the database"({ database }, fault) {
    await database.freeze();
    await seconds(LONGER_THAN_ALL_SECONDS + fault.seconds);
    await database.thaw();
  },
  async "kill the database"({ database }) {
    await database.killAndStart();
  },
  async "terminate all backends"({ database }) {
    const client = await connectTo(database.url);
    await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ringback'");
    await client.end();
  },
  async "lock a table"({ database }, fault) {
    const client = await connectTo(database.url);
    const table = TABLES[Math.floor(fault.pick * TABLES.length)]!;
    await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await seconds(LOCKED_SECONDS);
    await client.query("COMMIT");
    await client.end();
  },
  async "freeze Redis"({ redis }, fault) {
    const length = (LONGER_THAN_ALL_SECONDS + fault.seconds) * 1_000;
    await redis!.redis("CLIENT", "PAUSE", String(length), "ALL");
    await pause(length);
  },
  /** Redis is gone for a while, and empty when it comes back. */
  async "kill Redis"({ redis }, fault) {
    await redis!.kill();
    await seconds(3 + fault.seconds);
    await redis!.restart();
  },
  async "empty Redis"({ redis }) {
    await redis!.redis("FLUSHALL");
  },
};
