/**
 * Agents: their rights, and whether they are present. Owns the tables agents, agent_sessions and browser_reports; the view
 * agent_presence has the present status of each agent.
 *
 * A session is `available`, `on_call`, `break` or `offline` until its logout. A status is the agent's decision and holds until the
 * next decision; a heartbeat changes no status. A call sets `on_call`, and the end of the call takes it away; a decision during a
 * call takes effect at the end of the call. Promises: an agent has at most one open session, also when two logins race. The last
 * report of an agent's browser about unsent actions stays until the browser has sent them, or a supervisor explains what became
 * of that browser.
 */
export { changeAgent } from "./change.ts";
export { createAgent } from "./create.ts";
export { CALLING, OWN_DESK } from "./own-desk.ts";
export {
  beginCall,
  decideStatus,
  endCall,
  goOffShift,
  logOut,
  setActive,
  stayAlive,
} from "./session.ts";
export { haveEndedCalls, leaveEndedCalls } from "./sql/leave-ended-calls.ts";
export { OPEN_WITH_AGENTS } from "./sql/open-with-agents.ts";
export { listAgents } from "./store.ts";
export { explainUnsent, reportUnsent } from "./unsent.ts";
