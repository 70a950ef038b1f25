import { expect, test } from "vitest";
import { z } from "zod";
import { execute, joined, query, sql } from "#lib/database/sql";
import { db } from "#tests/setup/database";
import { conditionsOf } from "./filter.ts";
import { listCallbacks } from "./list.ts";
import { aCtx } from "#tests/setup/ctx";

const PEOPLE = 30_000;

const index = z.object({ name: z.string(), made: z.string() });

/** A town: everybody has a number as it is written here; one in three hundred has it as it is dialled, and a promise. */
async function aTown(): Promise<void> {
  // A table is filled faster without the indexes it gets afterwards.
  const indexes = await query(
    db,
    index,
    sql`SELECT indexname AS name, indexdef AS made FROM pg_indexes WHERE tablename = 'users' AND indexname <> 'users_pkey'`,
  );
  for (const { name } of indexes) await db.$executeRawUnsafe(`DROP INDEX ${name}`);
  await execute(
    db,
    sql`INSERT INTO phone_numbers (number, created_at) SELECT '+4420' || (70000000 + n), ringback_now() FROM generate_series(300, ${PEOPLE}::int, 300) n`,
  );
  await execute(
    db,
    sql`INSERT INTO users (id, first_name, last_name, phone, number, created_at, updated_at)
        SELECT n, chr(65 + n % 26) || 'anna' || n % 97, 'Miller' || n, '020 ' || (70000000 + n),
               CASE WHEN n % 300 = 0 THEN '+4420' || (70000000 + n) END, ringback_now(), ringback_now()
        FROM generate_series(1, ${PEOPLE}::int) n`,
  );
  await execute(
    db,
    sql`INSERT INTO callbacks (user_id, scheduled_for, promised_for, promised_local, promised_zone, max_attempts, created_at, event_at, event_type, event_actor, event_why)
        SELECT n, ringback_now(), ringback_now(), '2026-03-02 09:00', 'UTC', 3, ringback_now(), ringback_now(), 'created', 'system', 'Promised.'
        FROM generate_series(300, ${PEOPLE}::int, 300) n`,
  );
  for (const { made } of indexes) await db.$executeRawUnsafe(made);
  await execute(db, sql`ANALYZE users, user_numbers, phone_numbers, callbacks`);
}

async function planOf(search: string): Promise<string> {
  const rows = await query(
    db,
    z.object({ "QUERY PLAN": z.string() }),
    sql`EXPLAIN SELECT c.id FROM callbacks c WHERE ${joined(conditionsOf({ search }), " AND ")} ORDER BY c.id DESC LIMIT 50`,
  );
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

test("among 30,000 people a search for a name or a number, or a part of one, goes by index", {
  tags: ["long"],
}, async () => {
  await aTown();
  for (const [search, answeredBy] of [
    ["Miller29700", "users_search_name"],
    ["Éanna Miller29700", "users_search_name"],
    ["Mi 29700", "users_search_name"],
    ["70029700", "users_search_phone"],
    ["+44 20 7002 9700", "users_search_number"],
  ] as const) {
    const plan = await planOf(search);
    expect(plan, search).toContain(answeredBy);
    expect(plan, search).not.toMatch(/Seq Scan on users/);
  }
  for (const search of ["Miller29700", "miller29700 ", "70029700", "+44 20 7002 9700", "0044 20 70029700"]) {
    const { callbacks } = await listCallbacks(await aCtx(), { search, limit: 50 });
    expect(
      callbacks.map(({ userId }) => String(userId)),
      search,
    ).toContain("29700");
  }
});
