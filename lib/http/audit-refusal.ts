import type { Actor } from "#lib/base/context";
import { writeAudit } from "#lib/identity/audit";
import { CODES, Refusal } from "#lib/base/errors";
import type { Authenticated } from "#lib/http/caller";
import type { Call } from "#lib/http/call";
import { countAttempt } from "#lib/database/rate-limit";
import type { PrismaClient } from "#prisma/client";

/** Maximum entries of one caller in one minute; the log has all refusals. */
const MAX = 10;

/**
 * Writes the refusal of a known caller into the audit: a revoked key, an insufficient role or scope, the desk of another agent, a
 * page of another origin, too many requests, hoarding. Refusals of strangers are never written: they could fill the table.
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
