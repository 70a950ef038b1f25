import type { z } from "zod";
import { beginCall } from "#modules/agents";
import type { Ctx } from "#lib/base/context";
import { violated } from "#lib/database/error";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { advanceCall } from "./report.ts";
import { adoptDialled } from "./sql/adopt-dialled.ts";
import { beganAtLatest, CLOCK_SECONDS, isOpenCall, mustFitIn } from "./rules.ts";
import type { recordCallAnswer, recordCallInput } from "./schema.ts";
import { insertReported } from "./sql/insert-reported.ts";

type Input = z.infer<typeof recordCallInput>;
type Answer = z.infer<typeof recordCallAnswer>;

/**
 * Records a call that did not come from the queue. A repeated `twilioCallSid` for the same user is the same call, and moves it
 * forward as a telephone system reports it, in any order of the reports. When an agent has taken a call from the queue
 * and dials it, the first report about it belongs to that call. Refuses `not_found` (user, agent), `conflict`, `user_on_call` and
 * `agent_on_call` when one of them is in another call, and `invalid_input` for a start in the future and for a duration longer than
 * the time since the start. Without `startedAt` the call began when its duration says.
 */
export async function recordCall(ctx: Ctx, input: Input): Promise<Answer> {
  const startedAt = input.startedAt ? new Date(input.startedAt) : beganAtLatest(ctx.now, input);
  if (startedAt.getTime() > ctx.now.getTime() + CLOCK_SECONDS * 1_000)
    throw new Refusal("invalid_input", "startedAt is in the future; a call is recorded once it has begun.");
  mustFitIn(ctx.now, startedAt, input);
  try {
    return await inTransaction(ctx, async (tx) => (await advance(tx, input)) ?? insertCall(tx, input, startedAt));
  } catch (error) {
    const name = violated(error);
    // A simultaneous request may have recorded this call first.
    const known = name === undefined ? null : await inTransaction(ctx, (tx) => advance(tx, input)).catch(refuse(input));
    if (known) return known;
    throw refusalFor(name, input) ?? error;
  }
}

async function advance(ctx: Ctx, input: Input): Promise<Answer | null> {
  if (input.twilioCallSid === undefined) return null;
  await adoptDialled(ctx, input);
  return advanceCall(ctx, input);
}

/** Translates the violation of a unique index into its refusal. */
function refuse(input: Input): (error: unknown) => never {
  return (error) => {
    throw refusalFor(violated(error), input) ?? error;
  };
}

async function insertCall(ctx: Ctx, input: Input, startedAt: Date): Promise<Answer> {
  const id = await insertReported(ctx, input, startedAt);
  if (id === null) throw new Refusal("not_found", `There is no user ${input.userId}; import the user first.`);
  if (isOpenCall(input.status) && input.agentId !== undefined) await beginCall(ctx, input.agentId);
  return { id: String(id), status: input.status, isNew: true };
}

function refusalFor(constraint: string | undefined, input: Input): Refusal | undefined {
  if (constraint === "call_sessions_one_open_per_user")
    return new Refusal("user_on_call", `User ${input.userId} is in another call; record its outcome first.`);
  if (constraint === "call_sessions_one_open_per_number")
    return new Refusal(
      "user_on_call",
      `The number of user ${input.userId} is in a call with another user who has it; record its outcome first.`,
    );
  if (constraint === "call_sessions_one_open_per_agent")
    return new Refusal("agent_on_call", `Agent ${input.agentId} is in another call; record its outcome first.`);
  if (constraint === "call_sessions_agent_exists")
    return new Refusal("not_found", `There is no agent ${input.agentId}.`);
  return undefined;
}
