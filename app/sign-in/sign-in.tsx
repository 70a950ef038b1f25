"use client";
import { useSecondFactor, useSignIn } from "#client/access";
import type { DemoAccount } from "../_ui/demo-accounts.ts";
import { Button, Failure, Field, Form, FormButtons } from "../_ui/form.tsx";
import { Password } from "../_ui/password.tsx";
import { LookAround } from "./look-around.tsx";

/** E-mail and password, and for accounts that have one the second factor; on a demo each invented account is a button. */
export function SignIn({ goTo, offered }: { goTo: string; offered: readonly DemoAccount[] }) {
  const password = useSignIn();
  const secondFactor = useSecondFactor();
  const enter = () => location.replace(goTo);
  if (password.data?.next === "second_factor") {
    return (
      <Form
        key="code"
        className="panel grid gap-4"
        onSend={(fields) => secondFactor.mutate(String(fields.get("code")).replaceAll(/\s/g, ""), { onSuccess: enter })}
      >
        <Field
          label="Code of your authenticator"
          hint="Six digits. Without the authenticator, one of your backup codes."
          name="code"
          autoComplete="one-time-code"
          autoFocus
          required
        />
        <Failure error={secondFactor.error} />
        <FormButtons>
          <Button kind="main" isBusy={secondFactor.isPending || secondFactor.isSuccess}>
            Sign in
          </Button>
          <Button type="button" onClick={() => password.reset()}>
            Back
          </Button>
        </FormButtons>
      </Form>
    );
  }
  const signIn = (account: { email: string; password: string }) =>
    password.mutate(account, { onSuccess: ({ next }) => next === "signed_in" && enter() });
  return (
    <>
      <LookAround offered={offered} goTo={goTo} />
      <Form
        key="password"
        className="panel grid gap-4"
        onSend={(fields) => signIn({ email: String(fields.get("email")), password: String(fields.get("password")) })}
      >
        <Field label="E-mail" name="email" type="email" autoComplete="username" autoFocus required />
        <Password label="Password" name="password" autoComplete="current-password" />
        <Failure error={password.error} />
        <FormButtons>
          <Button kind={offered.length > 0 ? "plain" : "main"} isBusy={password.isPending || password.isSuccess}>
            Sign in
          </Button>
        </FormButtons>
      </Form>
    </>
  );
}
