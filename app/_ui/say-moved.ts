"use client";
import { useUndoMove } from "#client/callbacks";
import { aboutCallback, notifyError, say } from "./notices.tsx";

/** Which callbacks were moved, and how. */
export type MovedOf = { callbackIds: readonly number[]; moved: "reassigned" | "rescheduled" };
export type OnDone = (message: string, move?: MovedOf) => void;

/** As many as one request takes back. */
const MAX = 100;

/** Says what was done; when callbacks were moved, offers to take the whole move back. */
export function useSayMoved(): OnDone {
  const undo = useUndoMove();
  return (message, move) => {
    const ids = move?.callbackIds ?? [];
    if (!move || ids.length === 0 || ids.length > MAX) return say(message);
    const takeBack = () =>
      undo.mutateAsync({ ...move, callbackIds: [...ids] }).then((done) => say(done.message), notifyError);
    const about = ids.length === 1 ? aboutCallback(ids[0]!) : `callbacks ${ids.join()}`;
    return say(message, "kept", { about, takeBack: () => void takeBack() });
  };
}
