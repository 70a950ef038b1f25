"use client";
import { type PendingCallback, useAccept, useRelease, useSnooze, useUndoSnooze } from "#client/desk";
import { focusNextThing } from "./focus.ts";
import { aboutCallback, say, notifyError } from "../_ui/notices.tsx";
import { KEPT } from "../_ui/kept-here.ts";

/** The actions of an agent on a promise. A notice confirms each and offers to undo it. */
export function usePromiseActions(agentId: number) {
  const kept = () => say(KEPT, "late");
  const undone = { kept, failed: notifyError, done: () => say("Taken back: it is as it was before.") };
  const undoAccept = useRelease(agentId, undone);
  const undoRelease = useAccept(agentId, undone);
  const undoSnooze = useUndoSnooze(undone);
  const accept = useAccept(agentId, {
    kept,
    failed: notifyError,
    done: (_, { id, userName }) => {
      focusNextThing();
      say(`${userName}: accepted, it is your next call.`, "kept", {
        about: aboutCallback(id),
        takeBack: () => undoAccept.mutate({ id, userName, isUndo: true }),
      });
    },
  });
  const release = useRelease(agentId, {
    kept,
    failed: notifyError,
    done: (_, { id, userName }) =>
      say(`${userName}: given back, somebody else may take it.`, "kept", {
        about: aboutCallback(id),
        takeBack: () => undoRelease.mutate({ id, userName }),
      }),
  });
  const snooze = useSnooze<PendingCallback>(agentId, {
    kept,
    failed: notifyError,
    done: ({ message, data }, { callback }) => {
      const takeBack = async () => {
        await undoSnooze.mutateAsync({ callbackId: callback.id, snoozedUntil: data.newScheduledTime });
        // The snooze ended an acceptance as well.
        if (callback.status === "accepted") await undoRelease.mutateAsync(callback);
      };
      // A failure shows a notice of its own.
      say(`${callback.userName}: ${message}`, "kept", {
        about: aboutCallback(callback.id),
        takeBack: () => void takeBack().catch(() => undefined),
      });
    },
  });
  return { accept, release, snooze, isBusy: accept.isPending || release.isPending || snooze.isPending };
}
