import { z } from "zod";
import { writeAudits } from "#lib/identity/audit";
import { type Ctx, describeActor } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { execute, query, type Sql, sql } from "#lib/database/sql";
import type { Imported } from "./import-users.ts";
import { isSameLine } from "./same-line.ts";

const known = z.object({
  id: z.bigint(),
  timeZone: z.string().nullable(),
  phone: z.string(),
  number: z.string().nullable(),
});
export type Known = z.infer<typeof known>;

/** Reads zone and number of the users who are known already, and were not erased. */
export async function knownUsers(db: Db, ids: readonly bigint[]): Promise<Map<bigint, Known>> {
  const rows = await query(
    db,
    known,
    sql`SELECT id, time_zone AS "timeZone", phone, number FROM users
        WHERE id = ANY (${ids.map(String)}::text[]::bigint[]) AND erased_at IS NULL`,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The numbers of the import: the first of each row, and the further ones. */
function givenNumbers(json: string): Sql {
  return sql`SELECT number FROM jsonb_to_recordset(${json}::jsonb) AS x(number text) WHERE number IS NOT NULL
             UNION
             SELECT k.dials FROM jsonb_to_recordset(${json}::jsonb) AS x(phones jsonb)
             CROSS JOIN LATERAL jsonb_to_recordset(coalesce(x.phones, '[]')) AS k(dials text) WHERE k.dials IS NOT NULL`;
}

/**
 * Inserts unknown numbers, then locks them, the numbers that their users had before, and the users, each in one order: a
 * conversation marks a number before or after an import, never in the middle of it.
 */
export async function holdNumbers(db: Db, { json, now }: Imported): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO phone_numbers (number, created_at) SELECT number, ${now}::timestamptz FROM (${givenNumbers(json)}) given
        ORDER BY number ON CONFLICT DO NOTHING`,
  );
  await execute(
    db,
    sql`SELECT number FROM phone_numbers WHERE number IN (${givenNumbers(json)})
            OR number IN (SELECT u.number FROM users u JOIN jsonb_to_recordset(${json}::jsonb) AS x(id bigint) ON x.id = u.id)
        ORDER BY number FOR NO KEY UPDATE`,
  );
  await execute(
    db,
    sql`SELECT FROM users WHERE id IN (SELECT id FROM jsonb_to_recordset(${json}::jsonb) AS x(id bigint)) ORDER BY id FOR NO KEY UPDATE`,
  );
}

const change = z.object({ number: z.string(), userId: z.bigint(), isMarked: z.boolean() });
export type MarkChange = z.infer<typeof change>;

/**
 * Sets and lifts the marks of the numbers as the rows say, and returns the changes. `true` in any row sets the mark; `false` lifts
 * only a mark that an import of the same user set. A mark of a user without a readable number moves to the number, and so does the
 * mark of a number that is only read in the way of another country.
 */
export async function markImported(ctx: Ctx, { json, now }: Imported): Promise<MarkChange[]> {
  return query(
    ctx.db,
    change,
    sql`WITH reread AS MATERIALIZED (${rereadMarks(json)}), given AS MATERIALIZED (
          SELECT x.id, x.number, x."doNotCall",
                 old.number IS NULL AND old.do_not_call AND old.erased_at IS NULL AND ${isSameLine(sql`old.phone`, sql`x.phone`)} AS is_heir,
                 EXISTS (SELECT FROM call_sessions s WHERE s.user_id = x.id AND s.last_outcome_type = 'do_not_call') AS was_said
          FROM jsonb_to_recordset(${json}::jsonb) AS x(id bigint, phone text, number text, "doNotCall" boolean)
          LEFT JOIN users old ON old.id = x.id WHERE x.number IS NOT NULL
        ), wanted AS MATERIALIZED (
          SELECT DISTINCT ON (number) number, id, is_said FROM (
            SELECT number, id, is_heir AND was_said AS is_said FROM given
            WHERE "doNotCall" OR (is_heir AND (was_said OR "doNotCall" IS NULL))
            UNION ALL
            SELECT number, id, is_said FROM reread) all_of_them
          ORDER BY number, is_said DESC NULLS LAST, id
        )
        UPDATE phone_numbers p
        SET do_not_call_at = CASE WHEN w.id IS NOT NULL THEN ${now}::timestamptz END,
            do_not_call_by = CASE WHEN w.id IS NOT NULL THEN ${describeActor(ctx.actor)} END,
            do_not_call_why = CASE WHEN w.is_said THEN 'User ' || w.id || ' asked not to be called.'
                                   WHEN w.id IS NOT NULL THEN 'The import says that user ' || w.id || ' asked not to be called.' END,
            do_not_call_source = CASE WHEN w.is_said THEN 'conversation' WHEN w.id IS NOT NULL THEN 'import' END,
            do_not_call_user_id = w.id
        FROM (SELECT number FROM given UNION SELECT number FROM reread) g LEFT JOIN wanted w ON w.number = g.number
        WHERE p.number = g.number
          AND CASE WHEN w.id IS NOT NULL THEN p.do_not_call_at IS NULL
                   ELSE p.do_not_call_source = 'import'
                        AND EXISTS (SELECT FROM given o WHERE o.number = p.number AND o.id = p.do_not_call_user_id AND o."doNotCall" IS FALSE) END
        RETURNING p.number, coalesce(w.id, (SELECT min(id) FROM given o WHERE o.number = p.number AND o."doNotCall" IS FALSE)) AS "userId",
                  w.id IS NOT NULL AS "isMarked"`,
  );
}

/**
 * The marks of numbers whose digits the import repeats without a country, so that another zone or country of their user makes other
 * numbers of them: the new number, and who asked. Not those that the row lifts.
 */
function rereadMarks(json: string): Sql {
  return sql`SELECT r.number, coalesce(p.do_not_call_user_id, r.id) AS id, p.do_not_call_source <> 'import' AS is_said
             FROM (
               SELECT x.id, old.number AS was, x.number, x."doNotCall"
               FROM jsonb_to_recordset(${json}::jsonb) AS x(id bigint, phone text, number text, "isNational" boolean, "doNotCall" boolean)
               JOIN users old ON old.id = x.id AND old.erased_at IS NULL AND ${isSameLine(sql`old.phone`, sql`x.phone`)}
               WHERE x."isNational"
               UNION ALL
               SELECT x.id, n.number, k.dials, x."doNotCall"
               FROM jsonb_to_recordset(${json}::jsonb) AS x(id bigint, phones jsonb, "doNotCall" boolean)
               CROSS JOIN LATERAL jsonb_to_recordset(coalesce(x.phones, '[]')) AS k(number text, dials text, "isNational" boolean)
               JOIN user_numbers n ON n.user_id = x.id AND ${isSameLine(sql`n.given`, sql`k.number`)}
               WHERE k."isNational"
             ) r JOIN phone_numbers p ON p.number = r.was AND p.do_not_call_at IS NOT NULL
             WHERE r.number <> r.was
               AND NOT (p.do_not_call_source = 'import' AND p.do_not_call_user_id = r.id AND r."doNotCall" IS FALSE)`;
}

/** Gives every other user with one of these numbers the mark of the number, and writes each change into the audit. */
export async function spreadMarks(ctx: Ctx, changes: readonly MarkChange[]): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE users u SET do_not_call = NOT u.do_not_call, updated_at = ${ctx.now}::timestamptz
        FROM (SELECT u.id FROM users u JOIN phone_numbers p ON p.number = u.number
              WHERE u.number = ANY (${changes.map(({ number }) => number)}::text[]) AND u.do_not_call <> (p.do_not_call_at IS NOT NULL)
              ORDER BY u.id FOR NO KEY UPDATE OF u) differs
        WHERE u.id = differs.id`,
  );
  await writeAudits(
    ctx.db,
    changes.map(({ userId, isMarked }) => ({
      actor: ctx.actor,
      action: isMarked ? "number.do_not_call" : "number.callable",
      subject: `user ${userId}`,
      details: { source: "import" },
    })),
  );
}

/** Counts the rows with `doNotCall: false` whose number keeps its mark. */
export async function countKept(db: Db, { json }: Imported): Promise<number> {
  const [row] = await query(
    db,
    z.object({ kept: z.int() }),
    sql`SELECT count(*)::int AS kept FROM jsonb_to_recordset(${json}::jsonb) AS x(id bigint, "doNotCall" boolean)
        JOIN users u ON u.id = x.id AND u.do_not_call WHERE x."doNotCall" IS FALSE`,
  );
  return row!.kept;
}

/** Replaces the further numbers of every user whose row has `phones`. */
export async function replaceNumbers(db: Db, { json }: Imported): Promise<void> {
  await execute(
    db,
    sql`DELETE FROM user_numbers n USING jsonb_to_recordset(${json}::jsonb) AS x(id bigint, phones jsonb)
        WHERE n.user_id = x.id AND x.phones IS NOT NULL`,
  );
  await execute(
    db,
    sql`INSERT INTO user_numbers (user_id, position, given, number, label)
        SELECT x.id, k.place, k.phone ->> 'number', k.phone ->> 'dials', k.phone ->> 'label'
        FROM jsonb_to_recordset(${json}::jsonb) AS x(id bigint, phones jsonb)
        CROSS JOIN LATERAL jsonb_array_elements(coalesce(x.phones, '[]')) WITH ORDINALITY AS k(phone, place)
        ORDER BY x.id, k.place`,
  );
}
