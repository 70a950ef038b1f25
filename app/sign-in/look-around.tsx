"use client";
import { useSignIn } from "#client/access";
import { beginDemoDay } from "#client/demo";
import type { DemoAccount } from "../_ui/demo-accounts.ts";
import { Button, Failure } from "../_ui/form.tsx";

/** On a demo each invented account is a button; signing in as an agent starts a demo day. */
export function LookAround({ offered, goTo }: { offered: readonly DemoAccount[]; goTo: string }) {
  const { mutate, isPending, isSuccess, error } = useSignIn();
  const enter = () => location.replace(goTo);
  // If the day cannot be started here, the next screen has a button that starts it.
  const play = () =>
    void beginDemoDay()
      .catch(() => undefined)
      .then(enter);
  if (offered.length === 0) return null;
  return (
    <section className="panel" aria-label="Look around">
      <p>
        These people are invented. Look around as one of them; as an agent you start a simulated day of eight minutes.
      </p>
      <div className="grid gap-2">
        {offered.map(({ name, role, ...account }) => (
          <Button
            key={account.email}
            kind="main"
            isBusy={isPending || isSuccess}
            onClick={() => mutate(account, { onSuccess: role === "agent" ? play : enter })}
          >
            As {name}, {role === "supervisor" ? "supervisor: the wallboard" : "agent: a desk, and a day begins"}
          </Button>
        ))}
      </div>
      <Failure error={error} />
    </section>
  );
}
