import { redirect } from "next/navigation";
import { offeredAccounts } from "../_ui/demo-accounts.ts";
import { me } from "../_ui/guard.ts";
import { screenAfterSignIn } from "../screens.ts";
import { SignIn } from "./sign-in.tsx";

export const metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const { next } = await searchParams;
  const goTo = screenAfterSignIn(typeof next === "string" ? next : null);
  if (await me()) redirect(goTo);
  return (
    <main className="max-w-form">
      <h1>Sign in</h1>
      <SignIn goTo={goTo} offered={await offeredAccounts()} />
      <p className="text-muted text-small">
        No account, or no password any more? A supervisor can send you an invitation.
      </p>
    </main>
  );
}
