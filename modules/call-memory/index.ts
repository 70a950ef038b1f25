/**
 * Learning from call notes in the browser: no network, no key. A unit is the notes of one call. Claims are the statements
 * in its sentences (promises with the side that owes and the time, preferences, facts, objections, risks), each with the rule that
 * read it and its sentence, so that "why" is one click.
 *
 * Owns one IndexedDB database per signed-in person on this computer. Promises: reading, observing, merging and decaying twice has
 * the effect of once; confidence is computed from base values; every sentence of a summary names its sources; derived data is
 * deleted together with its notes. A time is proposed only where the day is certain.
 *
 * Begin with `extract.ts`, then `people.ts` (the roles of people), `rules/` (patterns, a file for each kind), `learnt/` (how likely a
 * sentence is a promise at all), `times.ts` (times), `tasks.ts` (the eight kinds of work).
 */
export { CallMemory } from "./store.ts";
export { settleChain } from "./settle.ts";
export { loadWorker, readInWorker } from "./reader.ts";
export { chainsOfUser, loadGrammar, memoryTypes } from "./tasks.ts";
