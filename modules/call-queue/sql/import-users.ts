import { z } from "zod";
import type { Db } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { isSameLine } from "./same-line.ts";

/** Users as JSON, with ids as digits. */
export type Imported = { json: string; now: Date };

/**
 * Inserts or updates the users, in the order of their ids so that two imports of the same users cannot deadlock. A user with a
 * number has the marks of the number. A user without a number that can be dialled has marks of its own, which end when another
 * number comes; `doNotCall: false` lifts no mark from a conversation, and none that the number had while it could be dialled. A new
 * number makes a user callable again whose regular calls ended because of the old one.
 */
export async function upsertUsers(db: Db, { json, now }: Imported): Promise<number> {
  return execute(
    db,
    sql`WITH given AS MATERIALIZED (
          SELECT x.id, coalesce(x."firstName", known.first_name, '') AS "firstName", coalesce(x."lastName", known.last_name, '') AS "lastName",
                 x.phone, x.number, x.email, x."timeZone", x."zoneGuess", x."doNotCall",
                 ${isSameLine(sql`old.phone`, sql`x.phone`)} AND old.erased_at IS NULL AS is_same,
                 old.number IS NOT NULL AS was_dialled, old.number IS DISTINCT FROM x.number AS is_other,
                 old.do_not_call AS was_do_not_call, old.wrong_number AS was_wrong,
                 EXISTS (SELECT FROM call_sessions s WHERE s.user_id = x.id AND s.last_outcome_type = 'do_not_call') AS was_said
          FROM jsonb_to_recordset(${json}::jsonb) AS x(id bigint, "firstName" text, "lastName" text, phone text, number text,
                 email text, "timeZone" text, "zoneGuess" text, "doNotCall" boolean)
          LEFT JOIN users old ON old.id = x.id
          LEFT JOIN users known ON known.id = x.id AND known.erased_at IS NULL
        ), callable_again AS (
          UPDATE user_call_scores s SET is_active = true, updated_at = ${now}::timestamptz FROM given
          WHERE s.user_id = given.id AND given.is_other AND NOT s.is_active AND s.last_outcome IN ('wrong_number', 'do_not_call')
        )
        INSERT INTO users AS u (id, first_name, last_name, phone, number, email, time_zone, zone_guess, do_not_call, wrong_number, created_at, updated_at)
        SELECT x.id, x."firstName", x."lastName", x.phone, x.number, x.email, x."timeZone", x."zoneGuess",
               CASE WHEN x.number IS NOT NULL THEN p.do_not_call_at IS NOT NULL
                    WHEN x."doNotCall" THEN true
                    WHEN x.is_same THEN x.was_do_not_call AND (x.was_said OR x.was_dialled OR x."doNotCall" IS NULL)
                    ELSE false END,
               CASE WHEN x.number IS NOT NULL THEN p.wrong_at IS NOT NULL ELSE coalesce(x.is_same AND x.was_wrong, false) END,
               ${now}::timestamptz, ${now}::timestamptz
        FROM given x LEFT JOIN phone_numbers p ON p.number = x.number
        ORDER BY x.id
        ON CONFLICT (id) DO UPDATE
        SET first_name = excluded.first_name, last_name = excluded.last_name, phone = excluded.phone, number = excluded.number,
            email = coalesce(excluded.email, u.email), updated_at = excluded.updated_at,
            zone_guess = excluded.zone_guess,
            time_zone = coalesce(excluded.time_zone, u.time_zone),
            do_not_call = excluded.do_not_call, wrong_number = excluded.wrong_number, erased_at = NULL`,
  );
}

/** Finds users whose zone this import changes. */
export async function usersOfOtherZones(db: Db, { json }: Imported): Promise<bigint[]> {
  const rows = await query(
    db,
    z.object({ id: z.bigint() }),
    sql`SELECT u.id FROM users u JOIN jsonb_to_recordset(${json}::jsonb) AS x(id bigint, "timeZone" text, "zoneGuess" text) ON x.id = u.id
        WHERE coalesce(x."timeZone", u.time_zone, x."zoneGuess") <> zone_of(u)`,
  );
  return rows.map(({ id }) => id);
}

/** Which of the claims in these rows belong to another user already. */
export async function claimsOfOthers(
  db: Db,
  users: readonly { id: bigint; claims?: readonly { id: bigint }[] | undefined }[],
): Promise<Set<bigint>> {
  const given = users.flatMap(({ id, claims }) => (claims ?? []).map((claim) => ({ userId: id, id: claim.id })));
  const rows = await query(
    db,
    z.object({ id: z.bigint() }),
    sql`SELECT c.id FROM claims c
        JOIN unnest(${given.map(({ id }) => String(id))}::text[]::bigint[], ${given.map(({ userId }) => String(userId))}::text[]::bigint[])
          AS k(id, user_id) ON k.id = c.id
        WHERE c.user_id <> k.user_id`,
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Replaces the claims, and with them the requirements, of every user whose row has claims. Returns the claims that another import
 * gave to another user meanwhile; they are left as they are.
 */
export async function replaceClaims(db: Db, { json }: Imported): Promise<{ userId: bigint; id: bigint }[]> {
  await execute(
    db,
    sql`DELETE FROM claims USING jsonb_to_recordset(${json}::jsonb) AS x(id bigint, claims jsonb)
        WHERE claims.user_id = x.id AND jsonb_typeof(x.claims) = 'array'`,
  );
  return query(
    db,
    z.object({ userId: z.bigint(), id: z.bigint() }),
    sql`WITH given AS MATERIALIZED (
          SELECT x.id AS user_id, k.* FROM jsonb_to_recordset(${json}::jsonb) AS x(id bigint, claims jsonb)
          CROSS JOIN LATERAL jsonb_to_recordset(CASE WHEN jsonb_typeof(x.claims) = 'array' THEN x.claims ELSE '[]' END)
            AS k(id bigint, status text, "signatureMissingSince" timestamptz, "signatureType" text, requirements jsonb)
        ), written AS (
          INSERT INTO claims (id, user_id, status, signature_missing_since, signature_type)
          SELECT id, user_id, status, "signatureMissingSince", "signatureType" FROM given ORDER BY id
          ON CONFLICT DO NOTHING RETURNING id
        ), required AS (
          INSERT INTO requirements (claim_id, type, status, created_at)
          SELECT given.id, r.type, r.status, r."createdAt" FROM given JOIN written ON written.id = given.id
          CROSS JOIN LATERAL jsonb_to_recordset(given.requirements) AS r(type text, status text, "createdAt" timestamptz)
        )
        SELECT user_id AS "userId", id FROM given WHERE id NOT IN (SELECT id FROM written) ORDER BY id`,
  );
}
