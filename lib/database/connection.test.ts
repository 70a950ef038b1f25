import { expect, test } from "vitest";
import { poolOf } from "#lib/database/db";
import { isDatabaseAway } from "#lib/database/error";
import { connectTest } from "#tests/setup/database";

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
