import { count } from "#lib/base/setting";

export const limits = {
  retentionDays: count({
    variable: "RETENTION_DAYS",
    meaning:
      "Days after which what has ended is deleted: callbacks with their events, queue entries and calls, messages, runs.",
    usual: 365,
    max: 3_650,
  }),
};
