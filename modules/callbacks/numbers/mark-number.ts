import { type Dialled, writeDoNotCall, writeWrongNumber } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { cancelPromises, setPromisesAside } from "../sql/withdraw-promises.ts";

/**
 * Marks the number as do-not-call and cancels the open promises to it, with the reason. Returns how many were cancelled. The
 * caller holds the number.
 */
export async function markDoNotCall(ctx: Ctx, dialled: Dialled): Promise<number> {
  const { userId, number } = dialled;
  const userIds = await writeDoNotCall(ctx, dialled);
  const why =
    number === null ? `User ${userId} asked not to be called.` : `This number asked not to be called (user ${userId}).`;
  return cancelPromises(ctx, { userIds, numbers: listOf(number), why });
}

/**
 * Marks the number as wrong and sets the open promises to it aside, with the reason, for a supervisor to see. Returns how many
 * were set aside. The caller holds the number.
 */
export async function markWrongNumber(ctx: Ctx, dialled: Dialled): Promise<number> {
  const why = "Somebody else answered: the number is wrong. Import the right one.";
  const userIds = await writeWrongNumber(ctx, dialled, why);
  return setPromisesAside(ctx, { userIds, numbers: listOf(dialled.number), why });
}

function listOf(number: string | null): string[] {
  return number === null ? [] : [number];
}
