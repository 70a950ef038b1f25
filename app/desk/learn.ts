import { learnFrom } from "#client/call-memory";
import type { Draft } from "./use-draft.ts";

type Recorded = Pick<Draft, "userName" | "user" | "at"> & {
  callSessionId: string;
  notes: string | undefined;
  callback: { scheduledFor: string } | undefined;
};

/**
 * Once an outcome is recorded, or kept to be sent: what its notes promise is proposed at the desk, except what has just been
 * promised. A browser that keeps nothing learns nothing.
 */
export function learn(agentId: number, { callSessionId, userName, user, notes, callback, at }: Recorded): void {
  if (!user) return;
  const call = {
    id: callSessionId,
    userId: user.id,
    userName,
    notes: notes ?? "",
    zone: user.timeZone,
    isZoneKnown: user.isZoneKnown,
    at,
  };
  learnFrom(agentId, call, callback ? [callback.scheduledFor] : []).catch(() => undefined);
}
