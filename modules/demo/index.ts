/**
 * A simulated day, for somebody who wants to see the system work. Owns demo_days. Promises: there is none unless
 * `npm start` on its own embedded database offers it; at most one runs. The day itself is played by
 * scripts/demo-day.ts, through the API like everybody else.
 */
export { runDemoDay, seeDemoDay } from "./day.ts";
