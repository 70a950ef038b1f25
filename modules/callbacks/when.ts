import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { spokenTime } from "#lib/time/spoken-time";
import { openQuestions } from "./conflicts.ts";
import { mustReach } from "./own-call.ts";
import { clockChanges, promisedTime } from "./promised-time.ts";
import type { whenAnswer, whenInput } from "./schema.ts";
import { zoneOfUser } from "./store.ts";
import { readConflicts } from "./sql/read-conflicts.ts";

/**
 * Reads an agent's words for a time on the clock of the user, with the load of that quarter of an hour and the objections to it.
 * Promises nothing yet. Refuses `not_found`, also for a user who is neither at the agent's desk nor in the agent's own call of
 * the last day, and `invalid_input` for words that are not understood in full or mean a time that cannot be promised.
 */
export async function understandWhen(ctx: Ctx, input: z.infer<typeof whenInput>): Promise<z.infer<typeof whenAnswer>> {
  const { userId, text } = input;
  await mustReach(ctx, input);
  const { zone: zoneOfThem, isKnown } = await zoneOfUser(ctx, userId);
  const spoken = spokenTime(text, ctx.now, zoneOfThem);
  if ("why" in spoken) throw new Refusal("invalid_input", spoken.why);
  const timeZone = spoken.zone ?? zoneOfThem;
  const { scheduledFor, local: meant } = promisedTime(
    { scheduledFor: spoken.instant?.toISOString() ?? spoken.local },
    timeZone,
    ctx.now,
  );
  const local = meant.slice(0, 19);
  const { promisesThen, others, doNotCall, wrongNumber } = await readConflicts(ctx, userId, scheduledFor);
  const isZoneKnown = isKnown || spoken.zone !== null;
  const conflicts = [
    ...spoken.notes,
    ...(await openQuestions(ctx, userId, scheduledFor, spoken.zone !== null)),
    ...(doNotCall ? ["This user asked not to be called."] : []),
    ...(wrongNumber ? ["The number we have is wrong; import the right one."] : []),
    ...(scheduledFor < ctx.now ? ["This time has passed already."] : []),
    ...(spoken.instant === null ? clockChanges(spoken.local, scheduledFor, timeZone) : []),
    ...others.map((id) => `Callback ${id} is promised to the same user within the hour.`),
  ];
  return {
    scheduledFor: scheduledFor.toISOString(),
    local,
    timeZone,
    isZoneKnown,
    promisesThen,
    conflicts,
    canRemind: ctx.limits.reminderFrom !== null,
  };
}
