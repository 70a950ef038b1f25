import { requireScreen } from "../_ui/guard.ts";
import { SignOut } from "../_ui/sign-out.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SecondFactor } from "./second-factor.tsx";

export const metadata = { title: "My account" };

export default async function AccountPage() {
  const { name, email, role, agentId, hasSecondFactor } = await requireScreen("/account");
  return (
    <main className="max-w-page">
      <h1>{name}</h1>
      <p className="lead">
        {email}, {role}
      </p>
      <h2>Password</h2>
      <PasswordForm />
      <h2>Two-step verification</h2>
      <SecondFactor isOn={hasSecondFactor} />
      <h2>Sessions</h2>
      <div className="panel grid max-w-form justify-items-start gap-3">
        <p>Left a browser signed in somewhere? This signs out every one, this one too.</p>
        <SignOut agentId={agentId} everywhere />
      </div>
    </main>
  );
}
