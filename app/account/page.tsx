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
      <div className="grid gap-x-6 lg:grid-cols-2">
        <div className="min-w-0">
          <h2 className="mt-4">Password</h2>
          <PasswordForm />
          <h2 className="mt-6">Two-step verification</h2>
          <SecondFactor isOn={hasSecondFactor} />
        </div>
        <div className="min-w-0">
          <h2 className="mt-6 lg:mt-4">Sessions</h2>
          <Sessions agentId={agentId} />
        </div>
      </div>
    </main>
  );
}
