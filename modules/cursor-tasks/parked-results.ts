import { createHash } from "node:crypto";
import { z } from "zod";
import type { Db } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import type { Outcome } from "./rules.ts";

/** The end of a task, and the conversation that the sender names. */
export type Ended = Readonly<{ outcome: Outcome; conversationId: string | null }>;
const ended = z.custom<Ended>((value) => typeof value === "object" && value !== null);

/** Stores a result that came before its task was registered. False when one is stored under this reference already. */
export async function park(db: Db, reference: string, what: Ended): Promise<boolean> {
  const parked = await execute(
    db,
    sql`INSERT INTO parked_results (reference, outcome, received_at)
        VALUES (${reference}, ${JSON.stringify(what)}::jsonb, ringback_now()) ON CONFLICT DO NOTHING`,
  );
  return parked > 0;
}

/** Reads the results that are parked under these references, earliest first. */
export async function findParked(
  db: Db,
  references: readonly string[],
): Promise<{ reference: string; outcome: Ended }[]> {
  return query(
    db,
    z.object({ reference: z.string(), outcome: ended }),
    sql`SELECT reference, outcome FROM parked_results
        WHERE reference = ANY (${[...references]}::text[]) AND refused_why IS NULL ORDER BY received_at`,
  );
}

/** Deletes a parked result, because its task has taken it. */
export async function unpark(db: Db, reference: string): Promise<void> {
  await execute(db, sql`DELETE FROM parked_results WHERE reference = ${reference}`);
}

/** Marks a parked result as refused by its task, with the reason, for people to see. */
export async function refuseParked(db: Db, reference: string, why: string): Promise<void> {
  await execute(
    db,
    sql`UPDATE parked_results SET refused_why = ${why}, about = reference WHERE reference = ${reference}`,
  );
}

/** Stores an event that no task could take, with the reason, for people to see. False when the same event is stored already. */
export async function keepRefused(
  db: Db,
  { sent, about, why }: { sent: unknown; about: string | null; why: string },
): Promise<boolean> {
  const text = JSON.stringify(sent);
  const digest = createHash("sha256").update(`${about} ${text}`).digest("base64url");
  const kept = await execute(
    db,
    sql`INSERT INTO parked_results (reference, outcome, received_at, about, refused_why)
        VALUES (${`refused:${digest}`}, ${text}::jsonb, ringback_now(), ${about}, ${why}) ON CONFLICT DO NOTHING`,
  );
  return kept > 0;
}
