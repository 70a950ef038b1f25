"use client";
import { useState } from "react";
import { useSignOut } from "#client/session";
import { pageOwner, type Problem } from "#lib/browser/api";
import { forgetShell } from "./desk-shell.ts";
import { discardAll, isOutcomeKept, listUnsent, reportHeld, type Unsent, useDesk } from "#client/desk";
import { leaveUnasked } from "./dial.ts";
import { Dialog } from "./dialog.tsx";
import { Button, Failure } from "./form.tsx";
import { openCallOf } from "./in-call.tsx";
import { notifyError } from "./notices.tsx";
import { oweSignOut } from "./signing-out.tsx";

/** Ringback did not answer, failed, or the answer was not its own: the session may go on. */
const UNREACHED = ["offline", "unavailable", "internal"];

type Props = { agentId: number | null; everywhere?: boolean };

/**
 * Ends the session here, or in every browser, and leaves the page, so that none of its data stays visible. Needs a confirmation
 * during a call, and while unsent actions wait here.
 */
export function SignOut({ agentId, everywhere = false }: Props) {
  const { mutateAsync, isPending, error } = useSignOut();
  const { data, refetch } = useDesk(agentId);
  const [isAsking, setAsking] = useState(false);
  const [unsent, setUnsent] = useState<Unsent[]>([]);
  const open = openCallOf(agentId, data);
  // For the person the call is over once this browser holds its outcome and sends it automatically.
  const call = isOutcomeKept(unsent, open?.id) ? null : open;
  const leave = async () => {
    // The next page of another person deletes the stored desk, too.
    await forgetShell().catch(() => undefined);
    leaveUnasked();
    location.replace("/sign-in");
  };
  const leaveUnreached = async () => {
    try {
      // Owed first: a page that cannot be deleted stays closed by it.
      oweSignOut({ accountId: pageOwner()!, everywhere });
    } finally {
      await forgetShell();
    }
  };
  const signOut = () =>
    // The page is left also when a request of it has met the end of the session before, and has taken this button away.
    void mutateAsync(everywhere).then(leave, (failed: Problem) => {
      // The failure itself is shown where it happened; a browser that stores nothing stays with it.
      if (UNREACHED.includes(failed.code)) void leaveUnreached().catch(() => undefined);
    });
  const ask = async () => {
    const left = await listUnsent();
    setUnsent(left);
    // A call whose outcome was just sent is over, although this page may not have read it yet.
    if ((call && openCallOf(agentId, (await refetch()).data)) || left.length > 0) setAsking(true);
    else signOut();
  };
  const throwAway = async () => {
    try {
      await discardAll(unsent.map(({ id }) => id));
      if (agentId !== null) await reportHeld(agentId);
      signOut();
    } catch (failed) {
      // The actions would be sent later all the same, so the person stays and reads why.
      notifyError(failed as Error);
    }
  };
  const title = call ? `You are in a call with ${call.name}` : "Something is not sent yet";
  return (
    <>
      <Button isBusy={isPending} onClick={() => void ask()}>
        {everywhere ? "Sign out everywhere" : "Sign out"}
      </Button>
      <Failure error={isAsking ? null : error} />
      {isAsking && (
        <Dialog
          title={title}
          confirmLabel={unsent.length > 0 ? "Leave it here and sign out" : "Sign out all the same"}
          cancelLabel={call ? "Back to the call" : "Stay"}
          kind={call ? "danger" : "main"}
          isBusy={isPending}
          error={error}
          onSend={signOut}
          onClose={() => setAsking(false)}
        >
          {call && (
            <p>
              The call stays open until its outcome is saved, and nobody else can call this person meanwhile. Notes that
              are not saved stay in this browser and wait for you.
            </p>
          )}
          {unsent.length > 0 && (
            <>
              <p>Left here, it goes out when you sign in again in this browser. Nobody else can read or send it.</p>
              <ul>
                {unsent.map(({ id, title: what }) => (
                  <li key={id}>{what}</li>
                ))}
              </ul>
              <p>
                <Button type="button" kind="danger" isBusy={isPending} onClick={() => void throwAway()}>
                  Discard it and sign out
                </Button>
              </p>
            </>
          )}
        </Dialog>
      )}
    </>
  );
}
