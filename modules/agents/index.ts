/**
 * Who can take work, and whether they are here. Owns the tables agents, agent_sessions and browser_reports; the view agent_presence
 * says where an agent is. A session is `available`, `on_call`, `break` or `offline` until its logout. Promises: at
 * most one open session per agent, also when two logins race. A status is the agent's decision and holds until the next
 * one; a sign of life changes none. `on_call` is set by a call and ends with it; what is decided meanwhile holds from
 * then on. What a browser of an agent holds unsent is known as it said last, until it has sent it or a supervisor says
 * what became of it.
 */
export { changeAgent } from "./change.ts";
export { createAgent } from "./create.ts";
export { CALLING, OWN_DESK } from "./own-desk.ts";
export {
  beginCall,
  decideStatus,
  endCall,
  logOut,
  setActive,
  stayAlive,
} from "./session.ts";
export { haveEndedCalls, leaveEndedCalls } from "./sql/leave-ended-calls.ts";
export { listAgents } from "./store.ts";
export { explainUnsent, reportUnsent } from "./unsent.ts";
