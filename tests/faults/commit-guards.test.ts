/** The database refuses a commit of half a change from any client. */
import type pg from "pg";
import { expect, test } from "vitest";
import { connect, poolOf } from "#lib/database/db";
import { violated } from "#lib/database/error";
import { once } from "#lib/database/once";
import { execute, sql } from "#lib/database/sql";
import { aCallback, anAgent } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { connectTest, databaseUrl, db } from "#tests/setup/database";

/** Each of these writes one half of a change without the other. */
const HALVES: [what: string, guard: string, statement: string][] = [
  [
    "an accepted callback without its entry",
    "callbacks_accepted_have_their_entry",
    "UPDATE callbacks SET status = 'accepted', accepted_by_agent_id = 1, accepted_at = now() WHERE id = 2",
  ],
  [
    "the entry of an accepted callback closed",
    "callbacks_accepted_have_their_entry",
    "UPDATE call_queue SET status = 'removed', closed_at = now(), closed_reason = 'forgotten' WHERE callback_id = 1 AND status = 'assigned'",
  ],
  [
    "the entry of an accepted callback at another place",
    "callbacks_accepted_have_their_entry",
    "UPDATE call_queue SET priority_score = -1 WHERE callback_id = 1 AND status = 'assigned'",
  ],
  [
    "the entry of an accepted callback deleted",
    "callbacks_accepted_have_their_entry",
    "DELETE FROM call_queue WHERE callback_id = 1 AND status = 'assigned'",
  ],
  [
    "a key without its answer",
    "idempotency_keys_have_their_answer",
    "INSERT INTO idempotency_keys (scope, key, request_hash, created_at) VALUES ('s', 'k', 'h', now())",
  ],
];

test.each(HALVES)("%s is refused at commit", async (_what, guard, statement) => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  await aCallback({ inMinutes: 90 });
  let changed = 0;
  const committed = db.$transaction(async (tx) => {
    changed = await tx.$executeRawUnsafe(statement);
  });
  const refused = await committed.then(
    () => undefined,
    (error: unknown) => violated(error),
  );
  expect({ changed, refused }).toEqual({ changed: 1, refused: guard });
});

test("an answer that is missing under its key is a fault, never an answer", async () => {
  const request = { scope: "s", key: "k", request: "r" };
  await once(await aCtx(), request, async () => "done");
  await execute(db, sql`ALTER TABLE idempotency_keys DISABLE TRIGGER USER`);
  await execute(db, sql`UPDATE idempotency_keys SET answer = NULL`);
  await execute(db, sql`ALTER TABLE idempotency_keys ENABLE TRIGGER USER`);
  await expect(once(await aCtx(), request, async () => "again")).rejects.toThrow("has no answer");
});

test("a connection that comes back to its pool inside a transaction is closed, and its transaction is undone", async () => {
  const pool = poolOf(connectTest({ poolSize: 1 }));
  const first = await pool.connect();
  await first.query("BEGIN");
  await first.query("INSERT INTO desk_settings (name, value, changed_by, changed_at) VALUES ('x', 1, 'y', now())");
  first.release();
  const second = await pool.connect();
  expect(second.getTransactionStatus()).toBe("I");
  await second.query("COMMIT");
  expect((await second.query("SELECT FROM desk_settings")).rowCount).toBe(0);
  second.release();
});

test("a connection whose statement got no answer in time is closed, for every caller", async () => {
  const handle = connect(databaseUrl, {
    poolSize: 1,
    timeoutsMs: { connect: 30_000, statement: 0, query: 200, transaction: 60_000 },
  });
  const pool = poolOf(handle);
  const pids: number[] = [];
  for (let n = 0; n < 2; n += 1) {
    const client = await pool.connect();
    pids.push((client as unknown as pg.Client & { processID: number }).processID);
    await expect(client.query("SELECT pg_sleep(60)")).rejects.toThrow("timeout");
    client.release();
  }
  expect(new Set(pids).size).toBe(2);
  await expect(handle.$executeRaw`SELECT pg_sleep(60)`).rejects.toThrow();
  await expect(handle.$transaction((tx) => tx.$executeRaw`SELECT pg_sleep(60)`)).rejects.toThrow();
  expect(await handle.$executeRaw`SELECT 1`).toBe(1);
  await handle.$disconnect();
});
