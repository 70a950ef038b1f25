/**
 * A simulated day that shows the system at work. Owns demo_days. Promises: a day is available only where `npm start` runs its own
 * embedded database; at most one day runs at a time. `scripts/demo-day.ts` plays the day, through the API like every other client.
 */
export { runDemoDay, seeDemoDay } from "./day.ts";
