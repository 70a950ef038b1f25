/** Twice within the grace time of a silent agent, also while a browser slows down a hidden page. */
export const HEARTBEAT_MS = 45_000;
