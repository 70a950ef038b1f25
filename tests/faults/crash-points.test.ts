import { setTimeout } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { connectTest, db, emptyDatabase } from "#tests/setup/database";
import { CASES, keyed, picture, settleDesk } from "./desk-cases.ts";
import { crashPointsOf, type Fault, failingPool, type Watch } from "./failing-pool.ts";

let points = 0;
afterAll(() => process.stdout.write(`crash points tried: ${points}\n`));

describe.each(CASES)("$name", (one) => {
  const act = (ctx: Ctx) => keyed(one, ctx);

  test("dies at every statement boundary, and is whole or absent each time; a retry with the same key makes it once", async () => {
    await emptyDatabase();
    await one.arrange();
    const clean = await run(act, null);
    expect(clean.error).toBeUndefined();
    await settleDesk();
    const expected = await picture();
    for (const { fault, where } of crashPointsOf(clean.statements)) {
      points += 1;
      await emptyDatabase();
      await one.arrange();
      const crashed = await run(act, fault);
      expect(crashed.error, `the caller hears of it ${where}`).toBeDefined();
      await everyConnectionIsGone();
      await expectInvariants();
      await act(await aCtx());
      await expectInvariants();
      await settleDesk();
      expect(await picture(), where).toEqual(expected);
    }
  });
});

async function run(
  work: (ctx: Ctx) => Promise<unknown>,
  fault: Fault | null,
): Promise<{ statements: string[]; error: unknown }> {
  const watch: Watch = { statements: [], fault };
  const failing = connectTest({ Pool: failingPool(watch), timeouts: "batch" });
  const ctx = await aCtx({ db: failing, now: (await aCtx()).now });
  let error: unknown;
  await work(ctx).catch((caught: unknown) => {
    error = caught;
  });
  await failing.$disconnect();
  return { statements: watch.statements, error };
}

/** A backend whose client died still holds its locks until it notices. */
async function everyConnectionIsGone(): Promise<void> {
  for (;;) {
    const [row] = await query(
      db,
      z.object({ left: z.int() }),
      sql`SELECT count(*)::int AS left FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'failing'`,
    );
    if (row?.left === 0) return;
    await setTimeout(10);
  }
}
