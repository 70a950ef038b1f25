import { z } from "zod";
import { type DeskTie, mustHaveAtDesk } from "#modules/call-queue";
import type { ReadCtx } from "#lib/base/context";
import { dialLink } from "#lib/base/dial-link";
import { doneAtOf } from "#lib/base/done-at";
import { Refusal } from "#lib/base/errors";
import { isoUtc, query, sql } from "#lib/database/sql";
import { storyAnswer, type storyInput } from "./schema.ts";

type Story = z.infer<typeof storyAnswer>;

const MAX = 50;

/**
 * One user: who it is, the numbers and what is known against calling each, what is open, and what happened. An agent who is signed in sees it while the user
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
  const numbers = await readNumbers(ctx, userId);
  return { user, numbers, open, story: await readStory(ctx, userId, tie) };
}

const numberRow = storyAnswer.shape.numbers.element.omit({ dialLink: true }).extend({ number: z.string().nullable() });

/** The numbers of the user with what is known against calling each. */
async function readNumbers(ctx: ReadCtx, userId: bigint): Promise<Story["numbers"]> {
  const found = await query(
    ctx.db,
    numberRow,
    sql`SELECT n.phone, n.label, n.number,
               CASE WHEN n.do_not_call OR p.do_not_call_at IS NOT NULL
                      THEN jsonb_build_object('kind', 'do_not_call', 'why', coalesce(p.do_not_call_why, 'The user asked not to be called.'),
                             'by', actor_name(p.do_not_call_by), 'at', ${isoUtc(sql`p.do_not_call_at`)})
                    WHEN n.wrong_number OR p.wrong_at IS NOT NULL
                      THEN jsonb_build_object('kind', 'wrong_number', 'why', coalesce(p.wrong_why, 'Somebody else answered: the number is wrong.'),
                             'by', actor_name(p.wrong_by), 'at', ${isoUtc(sql`p.wrong_at`)}) END AS mark,
               CASE WHEN p.lifted_at IS NOT NULL AND p.do_not_call_at IS NULL AND p.wrong_at IS NULL
                      THEN jsonb_build_object('why', coalesce(p.lifted_why, ''), 'by', actor_name(p.lifted_by), 'at', ${isoUtc(sql`p.lifted_at`)}) END AS lifted
        FROM (SELECT phone, NULL AS label, number, do_not_call, wrong_number, -1 AS position FROM users WHERE id = ${userId}
              UNION ALL SELECT given, label, number, false, false, position FROM user_numbers WHERE user_id = ${userId}) n
        LEFT JOIN phone_numbers p ON p.number = n.number ORDER BY n.position`,
  );
  return found.map(({ number, ...shown }) => ({ ...shown, dialLink: dialLink(ctx.limits.dialLink, number) }));
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
