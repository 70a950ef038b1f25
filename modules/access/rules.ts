export const ROLES = ["agent", "supervisor"] as const;

/** How many random bytes an invitation is made of. */
export const INVITATION_BYTES = 24;
/** Four letters of an invitation hold three bytes. */
const INVITATION_LETTERS = (INVITATION_BYTES / 3) * 4;

/** Whether this has the form of an invitation; an address that was cut off on its way has only a part of one. */
export function isWholeInvitation(text: string): boolean {
  return text.length === INVITATION_LETTERS && /^[\w-]+$/.test(text);
}

/** The scopes of API keys: reading or writing below the first part of a path. A test prints them from the routes. */
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
