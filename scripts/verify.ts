/** `npm run verify`: checks every invariant, on the database of DATABASE_URL or the embedded one. */
import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { invariants } from "../modules/all.ts";
import type { Invariant } from "../modules/module.ts";
import { inWords, main } from "./main.ts";
import { openDatabase } from "./open-database.ts";
import { openCtx } from "./script-context.ts";

const found = z.object({ count: z.int(), example: z.string().nullable() });

await main(async () => {
  const database = await openDatabase();
  const { ctx, close } = await openCtx(database.url);
  try {
    let violated = 0;
    for (const invariant of invariants) violated += Number(!(await holds(ctx.db, invariant)));
    console.log(
      violated === 0 ? `All ${invariants.length} hold.` : `${violated} of ${invariants.length} are violated.`,
    );
    process.exitCode = violated === 0 ? 0 : 1;
  } finally {
    await close();
    await database.close();
  }
});

/** Counts the violations of one invariant and prints its line. A statement that fails is a violation too. */
async function holds(db: Db, { id, sentence, statement }: Invariant): Promise<boolean> {
  try {
    const count = sql`SELECT count(*)::int AS count, min(violation.example) AS example FROM (${statement}) AS violation`;
    const [row] = await query(db, found, count);
    const { count: violations, example } = found.parse(row);
    const named = example === null ? "" : `, for example ${example}`;
    console.log(`${violations === 0 ? "ok  " : "FAIL"} ${id}: ${violations}${named} (${sentence})`);
    return violations === 0;
  } catch (error) {
    console.log(`FAIL ${id}: could not be checked (${sentence})\n${inWords(error)}`);
    return false;
  }
}
