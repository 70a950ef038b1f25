import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { type ExportAnswer, exportAnswer, type UserInput } from "./schema.ts";
import { userNotFound } from "./store.ts";
import { readEverything } from "./sql/read-everything.ts";

/** Everything that is stored about one user, of one moment, as plain JSON. Refuses `not_found` when nothing is. */
export async function exportUser(ctx: Ctx, { userId }: UserInput): Promise<ExportAnswer> {
  const found = exportAnswer.parse(await readEverything(ctx.db, userId));
  const { user, callbacks, queueEntries, calls, messages, queuedMessages } = found;
  const isKnown =
    user !== null || [callbacks, queueEntries, calls, messages, queuedMessages].some(({ length }) => length > 0);
  if (!isKnown) throw userNotFound(userId);
  await writeAudit(ctx.db, { actor: ctx.actor, action: "user.exported", subject: `user ${userId}` });
  return found;
}
