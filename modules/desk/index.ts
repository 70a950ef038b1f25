/**
 * The screen of an agent. Owns no table. Promises: the desk shows the call under way, else exactly the entry that a claim would
 * take, with its user; a user's story is open to an agent while the user is at that agent's desk, and for all other agents the user
 * does not exist.
 */
export { seeDesk } from "./desk.ts";
export { pendingCallbacks } from "./pending.ts";
export { tellStory } from "./story.ts";
