import { deskLimit } from "#lib/base/setting";

export const limits = {
  agentGraceSeconds: deskLimit({
    variable: "AGENT_GRACE_SECONDS",
    meaning:
      "Seconds after which the waiting callbacks of an agent who is silent, on break or on another call go to others.",
    usual: 120,
    max: 86_400,
  }),
};
