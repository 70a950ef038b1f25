/**
 * What an agent looks at all day. Owns no table. Promises: the desk shows the call that is under way, else exactly the
 * one that a claim would take, with who it is; a user's story is open to an
 * agent while the user is at the own desk, and to all others there is no such user.
 */
export { seeDesk } from "./desk.ts";
export { pendingCallbacks } from "./pending.ts";
export { tellStory } from "./story.ts";
