"use client";
import { useSignOut } from "#client/access";
import { Button, Failure } from "./form.tsx";

/** Ends the session here, or in every browser, and leaves the page, so that nothing of it stays in sight. */
export function SignOut({ everywhere = false }: { everywhere?: boolean }) {
  const { mutate, isPending, error } = useSignOut();
  const leave = () => location.replace("/sign-in");
  return (
    <>
      <Button isBusy={isPending} onClick={() => mutate(everywhere, { onSuccess: leave })}>
        {everywhere ? "Sign out everywhere" : "Sign out"}
      </Button>
      <Failure error={error} />
    </>
  );
}
