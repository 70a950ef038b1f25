import type { Codes } from "#lib/base/code";

export const codes = {
  account_taken: { status: 409, meaning: "Another account has this e-mail address, or this agent has one already." },
} as const satisfies Codes;
