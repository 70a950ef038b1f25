/**
 * Read-only health: whether the desk keeps its promises, and the faults where it does not. Owns no table and writes nothing. All
 * figures are computed when they are read, by the database's clock, so that they turn red by themselves when a cron stops.
 */
export { callbackMonitoring } from "./callback-monitoring.ts";
export { health } from "./health.ts";
export { metrics } from "./metrics.ts";
export { debugCallbacks, investigate } from "./investigate.ts";
export { wallboard } from "./wallboard.ts";
