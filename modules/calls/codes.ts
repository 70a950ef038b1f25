import type { Codes } from "#lib/base/code";

export const codes = {
  agent_on_call: { status: 409, meaning: "The agent is in a call; its outcome is recorded first." },
  outcome_differs: { status: 409, meaning: "The call has another outcome already." },
} as const satisfies Codes;
