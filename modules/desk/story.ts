import type { z } from "zod";
import { type DeskTie, mustHaveAtDesk } from "#modules/call-queue";
import type { ReadCtx } from "#lib/context";
import { doneAtOf } from "#lib/done-at";
import { Refusal } from "#lib/errors";
import { query, sql } from "#lib/sql";
import { storyAnswer, type storyInput } from "./schema.ts";

type Story = z.infer<typeof storyAnswer>;

const MAX = 50;

/**
 * One user: who it is, what is open, and what happened. An agent who is signed in sees it while the user
 * is at the own desk; of a user who is there by a look-up only, without what other agents noted about their calls. Refuses
 * `not_found`, in the same words for a user of another desk and for one that does not exist.
 */
export async function tellStory(ctx: ReadCtx, { userId }: z.infer<typeof storyInput>): Promise<Story> {
  const tie = await mustHaveAtDesk(ctx, userId);
  const user = await findUser(ctx, userId);
  const open = await query(
    ctx.db,
    storyAnswer.shape.open.element,
    sql`SELECT replace(what, '_', ' ') AS what, waiting_since AS since FROM open_requests WHERE user_id = ${userId} ORDER BY place, waiting_since`,
  );
  return { user, open, story: await readStory(ctx, userId, tie) };
}

async function findUser(ctx: ReadCtx, userId: bigint): Promise<Story["user"]> {
  const [user] = await query(
    ctx.db,
    storyAnswer.shape.user,
    sql`SELECT id, first_name || ' ' || last_name AS name, phone, email, zone_of(u) AS "timeZone", time_zone IS NOT NULL AS "isZoneKnown", do_not_call AS "doNotCall"
        FROM users u WHERE id = ${userId}`,
  );
  if (!user) throw new Refusal("not_found", `There is no user ${userId}.`);
  return user;
}

/** Events of the user's callbacks and the user's calls in one line of time. */
async function readStory({ db, actor }: ReadCtx, userId: bigint, tie: DeskTie): Promise<Story["story"]> {
  const me = actor.kind === "agent" ? actor.agentId : null;
  return query(
    db,
    storyAnswer.shape.story.element,
    sql`
    WITH happened AS MATERIALIZED (
      (SELECT e.at, e.type AS kind, e.callback_id, e.actor, e.why AS text, e.data -> 'reason' AS reason, NULL AS notes, e.seq AS place, e.action_id
       FROM callbacks c JOIN callback_events e ON e.callback_id = c.id WHERE c.user_id = ${userId}
       ORDER BY e.at DESC, e.callback_id DESC, e.seq DESC LIMIT ${MAX})
      UNION ALL
      (SELECT coalesce(s.outcome_at, s.started_at), 'call', s.callback_id, coalesce('agent ' || s.agent_id, 'system'),
              CASE WHEN s.direction = 'inbound' THEN 'Called us' ELSE 'Was called' END
              || coalesce(': ' || replace(s.last_outcome_type, '_', ' '), ', ' || replace(s.status, '_', ' ')) || '.', NULL,
              CASE WHEN ${tie === "call"} OR s.agent_id = ${me}::int THEN nullif(s.notes, '') END, 0, NULL
       FROM call_sessions s WHERE s.user_id = ${userId} ORDER BY s.started_at DESC LIMIT ${MAX})
    )
    SELECT h.at, h.kind, h.callback_id AS "callbackId", h.text, h.reason, h.notes,
           ${doneAtOf(sql`h.action_id`)} AS "doneAt",
           coalesce(actor_name(h.actor), h.actor) AS who
    FROM happened h ORDER BY h.at DESC, h.callback_id DESC NULLS LAST, h.place DESC LIMIT ${MAX}`,
  );
}
