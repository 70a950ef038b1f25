"use client";
import Link from "next/link";
import { useSyncExternalStore } from "react";
import { useAcceptInvitation } from "#client/access";
import { Problem } from "#lib/browser/api";
import { Button, Done, Failure, Form } from "../_ui/form.tsx";
import { NewPassword } from "../_ui/new-password.tsx";

/** Sets the first password. The invitation is behind the # of the address, which browsers do not send. */
export function Welcome() {
  const { mutate, isPending, error, data } = useAcceptInvitation();
  const hasInvitation = useSyncExternalStore(
    () => () => {},
    () => location.hash.length > 1,
    () => true,
  );
  if (!hasInvitation)
    return (
      <div className="panel grid gap-3">
        <p>
          This address is only the first half of an invitation. Open it as you were given it, with everything after the
          #, or ask a supervisor for a new one.
        </p>
        <Link href="/sign-in">I have a password: sign in</Link>
      </div>
    );
  // The first refusal shows that an invitation was used: there is no request that tells whether one still works.
  if (error instanceof Problem && error.code === "not_found")
    return (
      <div className="panel grid gap-3">
        <Failure error={error} />
        <Link href="/sign-in">I have a password: sign in</Link>
      </div>
    );
  if (data) {
    return (
      <div className="panel grid gap-3">
        <Done>{data.message}</Done>
        <Link href="/sign-in">Sign in</Link>
      </div>
    );
  }
  return (
    <Form
      className="panel grid gap-4"
      onSend={(fields) =>
        mutate({ invitation: location.hash.slice(1), newPassword: String(fields.get("newPassword")) })
      }
    >
      <p>You were invited to Ringback. Choose a password; the invitation works once.</p>
      <NewPassword />
      <Failure error={error} />
      <div>
        <Button kind="main" isBusy={isPending}>
          Set the password
        </Button>
      </div>
    </Form>
  );
}
