import type { z } from "zod";
import { mustHaveAtDesk } from "#modules/call-queue";
import type { ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { storyAnswer, type storyInput } from "./schema.ts";
import { readNumbers } from "./sql/read-numbers.ts";
import { readStory } from "./sql/read-story.ts";

type Story = z.infer<typeof storyAnswer>;

/**
 * One user: name, numbers with their marks, open requirements, and a timeline. A signed-in agent sees it while the user is at the
 * own desk; without other agents' notes on calls when the user is there only by a look-up. Refuses `not_found`, in the same words
 * for a user of another desk and for a user who does not exist.
 */
export async function tellStory(ctx: ReadCtx, { userId }: z.infer<typeof storyInput>): Promise<Story> {
  const tie = await mustHaveAtDesk(ctx, userId);
  const user = await findUser(ctx, userId);
  const open = await query(
    ctx.db,
    storyAnswer.shape.open.element,
    sql`SELECT replace(what, '_', ' ') AS what, waiting_since AS since FROM open_requests WHERE user_id = ${userId} ORDER BY place, waiting_since`,
  );
  const numbers = await readNumbers(ctx, userId);
  return { user, numbers, open, story: await readStory(ctx, userId, tie) };
}

async function findUser(ctx: ReadCtx, userId: bigint): Promise<Story["user"]> {
  const [user] = await query(
    ctx.db,
    storyAnswer.shape.user,
    sql`SELECT id, name_of(u) AS name, phone, email, zone_of(u) AS "timeZone", time_zone IS NOT NULL AS "isZoneKnown", do_not_call AS "doNotCall"
        FROM users u WHERE id = ${userId}`,
  );
  if (!user) throw new Refusal("not_found", `There is no user ${userId}.`);
  return user;
}
