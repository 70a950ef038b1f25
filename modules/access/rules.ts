export const ROLES = ["agent", "supervisor"] as const;

/** The scopes of API keys: reading or writing below the first part of a path. A test compares them with the routes. */
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
