import { expect, test } from "vitest";
import { z } from "zod";
import { type Db, inTransaction, poolOf } from "#lib/database/db";
import { inDirectTransaction } from "#lib/database/direct-transaction";
import { isDatabaseAway } from "#lib/database/error";
import { execute, query, sql } from "#lib/database/sql";
import { connectTest, db } from "#tests/setup/database";

test("a connection that the server ends while nobody listens ends no process", async () => {
  const pool = poolOf(connectTest({ poolSize: 2 }));
  // As it is between the pool and who asked for it: nobody has begun to listen.
  const lent = await pool.connect();
  const { rows } = await lent.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const ended = new Promise((resolve) => lent.once("end", () => resolve("ended")));
  await pool.query("SELECT pg_terminate_backend($1)", [rows[0]!.pid]);
  expect(await ended).toBe("ended");
  const failed = await lent.query("SELECT 1").catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Error);
  lent.release(failed as Error);
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

test("a connection whose prepared statements are gone is closed, and the next one answers", async () => {
  const own = connectTest({ poolSize: 1 });
  const read = () => own.$queryRaw`SELECT id FROM callbacks WHERE id = ${0}`;
  expect(await read()).toEqual([]);
  // As it is behind a pooler that gives the statement to another connection.
  await own.$executeRaw`DEALLOCATE ALL`;
  expect(isDatabaseAway(await read().catch((error: unknown) => error))).toBe(true);
  expect(await read()).toEqual([]);
});

test("a statement with values is planned once on a connection, and again only by its text", async () => {
  const own = connectTest({ poolSize: 1 });
  for (const id of [1, 2, 3]) await own.$queryRaw`SELECT id FROM callbacks WHERE id = ${id}`;
  const prepared = await own.$queryRaw<{ statement: string }[]>`SELECT statement FROM pg_prepared_statements`;
  expect(prepared.filter(({ statement }) => statement.includes("FROM callbacks"))).toHaveLength(1);
});

test("a transaction past Prisma writes everything or nothing, goes on after a savepoint that failed, and reads the same types", async () => {
  const own = connectTest({ poolSize: 1 });
  await own.$executeRaw`CREATE TEMP TABLE written (n bigint PRIMARY KEY)`;
  const write = (db: Db, n: bigint) => execute(db, sql`INSERT INTO written VALUES (${n})`);
  const rows = (db: Db) =>
    query(db, z.object({ n: z.bigint(), at: z.date() }), sql`SELECT n, now() AS at FROM written ORDER BY n`);
  const seen = await inDirectTransaction({ db: own as Db }, async (tx) => {
    expect(await write(tx.db, 1n)).toBe(1);
    const twice = inTransaction(tx, async (inner) => {
      await write(inner.db, 2n);
      await write(inner.db, 1n);
    });
    await expect(twice).rejects.toThrow("duplicate key");
    await inTransaction(tx, (inner) => write(inner.db, 3n));
    return rows(tx.db);
  });
  expect(seen.map(({ n }) => n)).toEqual([1n, 3n]);
  const refused = inDirectTransaction({ db: own as Db }, async (tx) => {
    await write(tx.db, 4n);
    throw new Error("refused");
  });
  await expect(refused).rejects.toThrow("refused");
  const swallowed = inDirectTransaction({ db: own as Db }, async (tx) => {
    await write(tx.db, 5n);
    await write(tx.db, 5n).catch(() => {});
  });
  await expect(swallowed).rejects.toThrow("nothing was written");
  expect((await rows(own)).map(({ n }) => n)).toEqual([1n, 3n]);
});

test("a handle whose statements all went past Prisma closes its connections when it is disconnected, also twice", async () => {
  const own = connectTest({ poolSize: 2 });
  const read = sql`SELECT pg_backend_pid() AS pid`;
  const [backend] = await inDirectTransaction({ db: own as Db }, (tx) =>
    query(tx.db, z.object({ pid: z.int() }), read),
  );
  await Promise.all([own.$disconnect(), own.$disconnect()]);
  expect(poolOf(own).totalCount).toBe(0);
  const left = sql`SELECT pid FROM pg_stat_activity WHERE pid = ${backend!.pid}`;
  await expect.poll(() => query(db, z.object({ pid: z.int() }), left), { timeout: 20_000 }).toEqual([]);
});
