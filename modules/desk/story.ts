import { z } from "zod";
import type { ReadCtx } from "#lib/context";
import { Refusal } from "#lib/errors";
import { query, sql } from "#lib/sql";
import { storyAnswer, type storyInput } from "./schema.ts";

type Story = z.infer<typeof storyAnswer>;

const MOST = 50;

/**
 * One user: who it is, what is open, and what happened. An agent who is signed in is told of users they have to do with:
 * a callback that is promised to, accepted or completed by them, a call of theirs, an entry in their queue. Refuses
 * `not_found`, in the same words for all others.
 */
export async function tellStory(ctx: ReadCtx, { userId }: z.infer<typeof storyInput>): Promise<Story> {
  await mustHaveToDo(ctx, userId);
  const user = await findUser(ctx, userId);
  const open = await query(
    ctx.db,
    storyAnswer.shape.open.element,
    sql`SELECT replace(what, '_', ' ') AS what, waiting_since AS since FROM open_requests WHERE user_id = ${userId} ORDER BY place, waiting_since`,
  );
  return { user, open, story: await readStory(ctx, userId) };
}

async function findUser(ctx: ReadCtx, userId: bigint): Promise<Story["user"]> {
  const [user] = await query(
    ctx.db,
    storyAnswer.shape.user,
    sql`SELECT id, first_name || ' ' || last_name AS name, phone, email, time_zone AS "timeZone", do_not_call AS "doNotCall"
        FROM users WHERE id = ${userId}`,
  );
  if (!user) throw userNotFound(userId);
  return user;
}

function userNotFound(userId: bigint): Refusal {
  return new Refusal("not_found", `There is no user ${userId}.`);
}

async function mustHaveToDo({ db, actor }: ReadCtx, userId: bigint): Promise<void> {
  if (actor.kind !== "agent") return;
  const me = sql`${actor.agentId}::int`;
  const [row] = await query(
    db,
    z.object({ hasToDo: z.boolean() }),
    sql`SELECT EXISTS (SELECT FROM callbacks WHERE user_id = ${userId}
                         AND ${me} IN (preferred_agent_id, accepted_by_agent_id, completed_by_agent_id))
            OR EXISTS (SELECT FROM call_sessions WHERE user_id = ${userId} AND agent_id = ${me})
            OR EXISTS (SELECT FROM call_queue WHERE user_id = ${userId} AND status = 'assigned' AND assigned_to_agent_id = ${me}) AS "hasToDo"`,
  );
  if (!row?.hasToDo) throw userNotFound(userId);
}

/** Events of the user's callbacks and the user's calls in one line of time. */
async function readStory({ db }: ReadCtx, userId: bigint): Promise<Story["story"]> {
  return query(
    db,
    storyAnswer.shape.story.element,
    sql`
    WITH happened AS MATERIALIZED (
      (SELECT e.at, e.type AS kind, e.callback_id, e.actor, e.why AS text, NULL AS notes, e.seq AS place
       FROM callbacks c JOIN callback_events e ON e.callback_id = c.id WHERE c.user_id = ${userId}
       ORDER BY e.at DESC, e.callback_id DESC, e.seq DESC LIMIT ${MOST})
      UNION ALL
      (SELECT coalesce(s.outcome_at, s.started_at), 'call', s.callback_id, coalesce('agent ' || s.agent_id, 'system'),
              CASE WHEN s.direction = 'inbound' THEN 'Called us' ELSE 'Was called' END
              || coalesce(': ' || replace(s.last_outcome_type, '_', ' '), ', ' || replace(s.status, '_', ' ')) || '.',
              nullif(s.notes, ''), 0
       FROM call_sessions s WHERE s.user_id = ${userId} ORDER BY s.started_at DESC LIMIT ${MOST})
    )
    SELECT h.at, h.kind, h.callback_id AS "callbackId", h.text, h.notes,
           coalesce(actor_name(h.actor), h.actor) AS who
    FROM happened h ORDER BY h.at DESC, h.callback_id DESC NULLS LAST, h.place DESC LIMIT ${MOST}`,
  );
}
