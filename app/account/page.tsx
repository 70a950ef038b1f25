import { requireScreen } from "../_ui/guard.ts";
import { PasswordForm } from "./password-form.tsx";
import { SecondFactor } from "./second-factor.tsx";
import { Sessions } from "./sessions.tsx";

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
      <Sessions agentId={agentId} />
    </main>
  );
}
