import type { z } from "zod";
import { importRecords } from "#modules/call-queue";
import type { importUsersAnswer, importUsersInput } from "#schema/call-queue";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { followImport } from "./follow-import.ts";

/**
 * Inserts or updates up to 1,000 users as `importRecords` says, and changes their promises with the marks of their
 * numbers in the same transaction: promises to a number that is marked do-not-call are cancelled, and those that were set aside
 * for a wrong number are due when another number comes. Refuses as `importRecords`.
 */
export async function importUsers(
  ctx: Ctx,
  input: z.infer<typeof importUsersInput>,
): Promise<z.infer<typeof importUsersAnswer>> {
  return inTransaction(ctx, async (tx) => {
    const { answer, markChanges } = await importRecords(tx, input);
    await followImport(tx, { userIds: input.users.map(({ id }) => id), markChanges });
    return answer;
  });
}
