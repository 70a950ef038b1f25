import { codes } from "./codes.ts";
import { retireSessions, retireVerifications } from "./sql/retire.ts";
import { limits } from "./settings.ts";
import type { Module } from "../module.ts";

export const access: Module = {
  name: "access",
  sentence: "who may do what, and who did: sign-in, staff, API keys, audit",
  uses: ["agents", "calls"],
  writes: [
    "api_keys",
    "staff_accounts",
    "staff_credentials",
    "staff_sessions",
    "staff_two_factors",
    "staff_verifications",
  ],
  codes,
  limits,
  personalData: {
    retire: () => [
      { rows: "sessions", days: 0, retire: retireSessions },
      { rows: "verifications", days: 0, retire: retireVerifications },
    ],
  },
};
