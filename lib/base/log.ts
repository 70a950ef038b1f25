import { pino } from "pino";

/** JSON lines on standard output. Only the edge logs, one line per request or tick; fields are named where they are written. */
export const log = pino({
  base: null,
  level: process.env.LOG_LEVEL ?? "info",
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
});

export type Logger = typeof log;
