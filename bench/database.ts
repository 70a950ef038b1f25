import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { connect } from "../lib/database/db.ts";
import { migrate } from "../lib/database/migrations.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { initialise, startServer } from "../scripts/postgres/server.ts";
import { freePort } from "../scripts/ports.ts";
import { databaseUser, ownedBy } from "../scripts/postgres/binaries.ts";

const PASSWORD = "throw-away";

/** A PostgreSQL with its default settings, and thus fsync and synchronous_commit on; gone after `work`. */
export async function withDatabase(
  work: (db: PrismaClient, statements: () => number, url: string) => Promise<void>,
): Promise<void> {
  const outer = await mkdtemp(join(tmpdir(), "ringback-bench-"));
  await ownedBy(await databaseUser(), outer);
  const folder = join(outer, "data");
  await initialise(folder, PASSWORD);
  const server = await startServer({ folder, port: await freePort(), password: PASSWORD, deleteOnStop: outer });
  try {
    const url = server.url("postgres");
    await migrate(url);
    const counter = { n: 0 };
    const db = connect(url, { timeouts: "batch", Pool: countingPool(counter) });
    await work(db, () => counter.n, url);
    await db.$disconnect();
  } finally {
    await server.stop();
  }
}

/** A pool that counts every statement it sends, BEGIN and COMMIT included. */
function countingPool(counter: { n: number }): typeof pg.Pool {
  class CountingClient extends pg.Client {
    override query(...args: unknown[]): never {
      counter.n += 1;
      return Reflect.apply(super.query, this, args) as never;
    }
  }
  return class extends pg.Pool {
    constructor(options: pg.PoolConfig) {
      super({ ...options, Client: CountingClient } as pg.PoolConfig);
    }
  };
}

/** The middle of the sorted figures. */
export function median(figures: readonly number[]): number {
  return percentile(figures, 0.5);
}

/** The figure that this part of all figures stays below: 0.99 gives the p99. */
export function percentile(figures: readonly number[], part: number): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length * part)] ?? Number.NaN;
}
