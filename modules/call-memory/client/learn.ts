/** What the notes of a call set going: claims, findings, goals and summaries, as tasks of the queue. */
import { serverNow } from "#lib/browser/clock";
import type { NewTask } from "#modules/durable-queue";
import type { KnownCallback } from "../observe.ts";
import type { Unit } from "../schema.ts";
import { memoryOf } from "./open.ts";

const LOOK_FOR = ["promise_without_callback", "repeated_objection", "risk_words", "contradiction"] as const;
/** What is kept in view for every person. */
export const GOALS = ["signature", "documents", "callback_kept"] as const;

/**
 * Stores the notes of a call at once and extracts claims from them in the background, also in a page that is opened after this one
 * was closed. The new claims replace those of an earlier reading of the same call. `scheduled`: the callbacks with this person that
 * the desk knows of. A browser without storage learns nothing.
 */
export async function learnFrom(
  agentId: number,
  call: Omit<Unit, "sessionId">,
  scheduled: readonly string[],
): Promise<void> {
  const { memory, queue } = await memoryOf(agentId);
  // Empty notes matter only when an undone outcome had notes and is saved again without them.
  if (call.notes === "" && (await memory.unit(call.id)) === null) return;
  const { at } = call;
  const day = dayOf(at);
  const unit = { ...call, sessionId: `${agentId} on ${day}` };
  await memory.putUnit(unit);
  const { id: unitId, userId, sessionId } = unit;
  const extract = `extract ${unitId} ${at}`;
  const after = [extract];
  const callbacks = scheduled.map((scheduledFor) => ({ userId, scheduledFor }));
  const raised = (await memory.findingsOf(userId)).filter(({ observer }) => observer.startsWith("dormant_chain:"));
  await queue.enqueueBatch([
    { type: "extract_from_unit", payload: { unitId }, id: extract },
    { type: "consolidate_memory", payload: { sessionId }, dependsOn: after },
    ...observations(userId, callbacks, after),
    { type: "generate_synthesis", payload: { type: "user_brief", params: { userId } }, dependsOn: after },
    ...GOALS.map((goal) => ({ type: "check_goal_progress", payload: { goalId: `${userId}:${goal}` } })),
    ...raised.map(({ observer }) => ({
      type: "check_chain_dormancy",
      payload: { chainId: observer.slice("dormant_chain:".length) },
      dependsOn: after,
    })),
    ...reports({ sessionId, day }).map((task) => ({ ...task, dependsOn: after })),
  ]);
}

type Shift = { sessionId: string; day: string };

/** The summaries of a shift and its day. */
export function reports({ sessionId, day }: Shift): NewTask[] {
  return [
    { type: "generate_session_summary", payload: { sessionId } },
    { type: "generate_synthesis", payload: { type: "handover", params: { sessionId } } },
    { type: "generate_synthesis", payload: { type: "day_report", params: { day } } },
  ];
}

/** The agent's shift of today, by this browser's clock. */
export function todaysShift(agentId: number): Shift {
  const day = dayOf(new Date(serverNow()).toISOString());
  return { day, sessionId: `${agentId} on ${day}` };
}

/** The date by this browser's clock, such as `2026-03-02`. */
function dayOf(at: string): string {
  return new Date(at).toLocaleDateString("sv-SE");
}

function observations(userId: string, callbacks: KnownCallback[], dependsOn: string[]): NewTask[] {
  return LOOK_FOR.map((observerId) => ({
    type: "run_observer",
    payload: { observerId, context: { userIds: [userId], callbacks } },
    dependsOn,
  }));
}
