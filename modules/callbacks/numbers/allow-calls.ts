import type { z } from "zod";
import { liftMarks } from "#modules/call-queue";
import type { allowCallsAnswer, allowCallsInput } from "#schema/call-queue";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { returnPromises } from "../sql/withdraw-promises.ts";

/**
 * Lifts do-not-call and wrong number from the number of a user, or from the number in `phone`, for every user who has it.
 * Promises that were cancelled stay cancelled; those that were set aside are due again. Refuses as `liftMarks`.
 */
export async function allowCalls(
  ctx: Ctx,
  input: z.infer<typeof allowCallsInput>,
): Promise<z.infer<typeof allowCallsAnswer>> {
  return inTransaction(ctx, async (tx) => {
    const { userIds, number, users } = await liftMarks(tx, input);
    await returnPromises(tx, { userIds, numbers: number === null ? [] : [number] });
    return { success: true, message: "This number may be called again.", users };
  });
}
