/**
 * Learning from call notes in the browser: no network, no key, no model. A unit is the notes of one call; claims are what its
 * sentences say (promises with who owes whom and when, preferences, facts, objections, risks), each with the rule that read it and the
 * sentence it stands in, so that "why" is one click.
 *
 * Owns one IndexedDB database per signed-in person on this computer. Promises: reading, observing, merging and decaying twice gives
 * what once gives; confidence is computed from base values; every sentence of a summary names its sources; nothing derived outlives
 * the notes it comes from. A time is proposed only where the day is certain.
 *
 * Begin with `extract.ts`, then `people.ts` (who is who), `rules/` (patterns, a file for each kind), `times.ts` (when), `tasks.ts` (the eight kinds of work).
 */
export { CallMemory } from "./store.ts";
export { settleChain } from "./settle.ts";
export { chainsOfUser, loadGrammar, memoryTypes } from "./tasks.ts";
