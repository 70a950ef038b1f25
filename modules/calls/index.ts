/**
 * A call: started, reported by a telephone system, its outcome, and the effects of the outcome. Owns the table call_sessions.
 *
 * A call is open while it is `initiated`, `ringing` or `in_progress`. Then it is `completed`, `missed` or `failed`, or `abandoned`
 * when its agent was away without an outcome for longer than the grace time. Reports of a telephone system only move a call
 * forward; a call that the telephone ended stays at its agent's desk until the outcome is recorded.
 *
 * Promises: a user has at most one open call, and so has an agent. An outcome is recorded once: a repeat gets the same answer, a
 * contradiction is refused. The outcome settles the callback of its call, the callback that it names, and the callbacks that the
 * call covers; the outcome of a call that was given back settles only while no other call has begun. An outcome is undone as a
 * whole or not at all, within a minute and while nothing has followed from it.
 *
 * Taking the next call and the tick are operations of this module, because both open or end calls; the modules below do the rest
 * in the same transaction. Open first: `take-next.ts`, `outcome.ts` and `tick.ts`.
 */
export { recordOutcome } from "./outcome.ts";
export { recordCall } from "./record.ts";
export { retireCallsOf } from "./sql/retire.ts";
export { takeNext } from "./take-next.ts";
export { runTick } from "./tick.ts";
export { undoOutcome } from "./undo-outcome.ts";
