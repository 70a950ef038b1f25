import { expect, test } from "vitest";
import { poolOf } from "#lib/database/db";
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
