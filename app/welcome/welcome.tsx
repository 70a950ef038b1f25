"use client";
import Link from "next/link";
import { type ReactNode, useSyncExternalStore } from "react";
import { isWholeInvitation, useAcceptInvitation, useInvited, useSignIn } from "#client/access";
import { Button, Done, Failure, Form, FormButtons } from "../_ui/form.tsx";
import { NewPassword } from "../_ui/new-password.tsx";

/**
 * Sets the first password, or a new one for a lost one, and signs in with it unless somebody is signed in here. The invitation is
 * behind the # of the address, which browsers do not send.
 */
export function Welcome({ isNobody }: { isNobody: boolean }) {
  const invitation = useSyncExternalStore(
    () => () => {},
    () => location.hash.slice(1),
    () => null,
  );
  const invited = useInvited(invitation ?? "");
  const accept = useAcceptInvitation();
  const signIn = useSignIn();
  if (invitation !== null && !isWholeInvitation(invitation))
    return (
      <Ended isNobody={isNobody}>
        <p>
          This address is not a whole invitation; it may have been cut off on its way. Open it as you were given it,
          with everything after the #, or ask a supervisor for a new one.
        </p>
      </Ended>
    );
  if (accept.data && (!isNobody || signIn.error || signIn.data?.next === "second_factor"))
    return (
      <Ended isNobody={isNobody} link="Sign in">
        <Done>{accept.data.message}</Done>
      </Ended>
    );
  if (invitation === null || invited.isPending) return <p className="panel text-muted min-h-40">Loading…</p>;
  if (invited.error)
    return (
      <Ended isNobody={isNobody}>
        <Failure error={invited.error} />
      </Ended>
    );
  const { name, email, role, hasPassword } = invited.data;
  const send = (fields: FormData) => {
    const newPassword = String(fields.get("newPassword"));
    const enter = () =>
      signIn.mutate(
        { email, password: newPassword },
        { onSuccess: ({ next }) => next === "signed_in" && location.replace("/") },
      );
    accept.mutate({ invitation, newPassword }, { onSuccess: () => isNobody && enter() });
  };
  return (
    <Form className="panel grid gap-4" onSend={send}>
      <p className="m-0">
        <strong>{name}</strong>,{" "}
        {hasPassword
          ? "choose a new password. The old one no longer signs in afterwards, and every browser is signed out."
          : `you are invited as ${role === "agent" ? "an agent" : "a supervisor"}. Choose a password; you sign in with ${email}.`}{" "}
        The invitation works once.
      </p>
      {/* So that a password manager stores the password under its name. */}
      <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
      <NewPassword />
      <Failure error={accept.error} />
      <FormButtons>
        <Button kind="main" isBusy={accept.isPending || accept.isSuccess}>
          Set the password
        </Button>
      </FormButtons>
    </Form>
  );
}

type EndedProps = { isNobody: boolean; link?: string; children: ReactNode };

/** An invitation that does no more, and the way on: to the sign-in or, for a person who is signed in, to the first screen. */
function Ended({ isNobody, link = "I have a password: sign in", children }: EndedProps) {
  return (
    <div className="panel grid gap-3">
      {children}
      {isNobody ? <Link href="/sign-in">{link}</Link> : <Link href="/">You are signed in: go on</Link>}
    </div>
  );
}
