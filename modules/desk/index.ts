/**
 * What an agent looks at all day. Owns no table. Promises: the desk shows the call that is under way, else exactly the
 * one that a claim would take; who waits for anybody is not named before the call; a user's story is told to those who
 * have to do with the user, and to all others there is no such user.
 */
export { seeDesk } from "./desk.ts";
export { tellStory } from "./story.ts";
