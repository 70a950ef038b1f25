export const ROLES = ["agent", "supervisor"] as const;

/**
 * What an API key can be made for: reading or writing below the first part of an address. A test holds it to the
 * routes.
 */
export const SCOPES = [
  "agents:read",
  "agents:write",
  "callbacks:read",
  "callbacks:write",
  "calls:write",
  "conversations:read",
  "conversations:write",
  "cursor-tasks:read",
  "cursor-tasks:write",
  "debug:read",
  "messages:read",
  "messages:write",
  "metrics:read",
  "queue:read",
  "queue:write",
  "runs:read",
  "runs:write",
  "users:read",
  "users:write",
  "wallboard:read",
] as const;
