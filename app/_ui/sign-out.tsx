"use client";
import { useState } from "react";
import { useSignOut } from "#client/access";
import { Dialog } from "./dialog.tsx";
import { Button, Failure } from "./form.tsx";
import { useOpenCall } from "./in-call.tsx";

type Props = { agentId: number | null; everywhere?: boolean };

/** Ends the session here, or in every browser, and leaves the page, so that nothing of it stays in sight. In a call it asks first. */
export function SignOut({ agentId, everywhere = false }: Props) {
  const { mutate, isPending, error } = useSignOut();
  const call = useOpenCall(agentId);
  const [isAsking, setAsking] = useState(false);
  const signOut = () => mutate(everywhere, { onSuccess: () => location.replace("/sign-in") });
  const words = everywhere ? "Sign out everywhere" : "Sign out";
  return (
    <>
      <Button isBusy={isPending} onClick={() => (call ? setAsking(true) : signOut())}>
        {words}
      </Button>
      <Failure error={isAsking ? null : error} />
      {isAsking && (
        <Dialog
          title={`You are in a call with ${call?.name ?? "a person"}`}
          confirmLabel="Sign out all the same"
          cancelLabel="Back to the call"
          kind="danger"
          isBusy={isPending}
          error={error}
          onSend={signOut}
          onClose={() => setAsking(false)}
        >
          <p>
            The call stays open until its outcome is saved, and nobody else can call this person meanwhile. Notes that
            are not saved stay in this browser and wait for you.
          </p>
        </Dialog>
      )}
    </>
  );
}
