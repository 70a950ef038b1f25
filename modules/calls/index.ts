/**
 * A call: started, reported by a telephone system, its outcome, and what follows. Owns the table call_sessions.
 *
 * A call is open (`initiated`, `ringing`, `in_progress`), then `completed`, `missed`, `failed`, or `abandoned` when its
 * agent left it without an outcome for longer than the grace time. What a telephone system reports moves a call forward
 * only; one that it ends stays at its agent's desk until the outcome is written. Promises: at most one open call per user
 * and per agent; an outcome is recorded once, a repeat gets the same answer, a contradiction is refused; it settles the
 * callback its call came from or names, and those it covers; one that was given back settles only while nobody else has begun another call. Taking the next call and the tick are operations of this
 * module: both open or end calls, and the modules below do the rest in the same transaction. An outcome is taken back as a whole or not at
 * all, within a minute and while nothing has followed from it.
 */
export { recordOutcome } from "./outcome.ts";
export { recordCall } from "./record.ts";
export { takeNext } from "./take-next.ts";
export { runTick } from "./tick.ts";
export { undoOutcome } from "./undo-outcome.ts";
