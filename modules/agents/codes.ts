import type { Codes } from "#lib/base/code";

export const codes = {
  agent_not_here: { status: 409, meaning: "The agent is not logged in; the agent logs in first." },
} as const satisfies Codes;
