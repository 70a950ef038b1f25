import type { Actor } from "#lib/base/context";
import { writeAudit } from "#lib/identity/audit";
import { CODES, Refusal } from "#lib/base/errors";
import type { Authenticated } from "#lib/http/authenticate";
import type { Call } from "#lib/http/endpoint";
import { countAttempt } from "#lib/database/rate-limit";
import type { PrismaClient } from "#prisma/client";

/** Of one caller in one minute; the log has all of them. */
const MAX = 10;

/**
 * Writes into the audit that somebody we know was refused: a revoked key, a role or scope that does not reach, the
 * desk of another agent, a page of another origin, too many requests, hoarding. Strangers are never written: whoever they are,
 * they must not be able to fill a table.
 */
export async function auditRefusal(
  db: PrismaClient,
  { caller, method, path }: Pick<Call, "caller" | "method" | "path">,
  refusal: unknown,
): Promise<void> {
  const actor = knownActor(caller);
  if (!(refusal instanceof Refusal) || actor === null || !("isAudited" in CODES[refusal.code])) return;
  const { count } = await countAttempt(db, `refusals ${caller.admission?.caller}`, 1);
  if (count > MAX) return;
  await writeAudit(db, {
    actor,
    action: "request.refused",
    subject: `${method} /api${path}`,
    details: { code: refusal.code },
  });
}

function knownActor({ actor, admission }: Authenticated): Actor | null {
  if (actor.kind !== "anyone") return actor;
  return admission?.key ? { kind: "service", keyId: admission.key.id } : null;
}
