import type { Codes } from "#lib/base/code";

export const codes = {
  wrong_queue: { status: 403, meaning: "The agent does not work the queue of this callback." },
  already_accepted: { status: 409, meaning: "Another agent has accepted the callback, or one of the same person." },
  snooze_limit: { status: 409, meaning: "The callback was snoozed as often as it may be." },
  accept_limit: { status: 429, meaning: "The agent has accepted as many callbacks as one may hold.", isAudited: true },
  promise_limit: {
    status: 429,
    meaning: "The agent has promised as many callbacks by hand as one may in an hour.",
    isAudited: true,
  },
} as const satisfies Codes;
