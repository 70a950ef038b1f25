import { codes } from "./codes.ts";
import { retireSessions, retireVerifications } from "./sql/retire.ts";
import { limits } from "./settings.ts";
import type { Module } from "../module.ts";

export const access: Module = {
  name: "access",
  sentence: "accounts and roles, sign-in, API keys and the audit",
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
