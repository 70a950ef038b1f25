/**
 * Who can take work, and whether they are here. Owns the tables agents and agent_sessions; the view agent_presence
 * says where an agent is. A session is `available`, `on_call`, `break` or `offline` until its logout. Promises: at
 * most one open session per agent, also when two logins race; a status change is never lost to a heartbeat of the
 * same moment, the later one wins.
 */
export { createAgent } from "./create.ts";
export { beginCall, endCall, logOut, noteActivity, reportSession, setActive } from "./session.ts";
export { listAgents } from "./store.ts";
