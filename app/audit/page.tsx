import { requireScreen } from "../_ui/guard.ts";
import { Audit } from "./audit.tsx";

export const metadata = { title: "Audit" };

export default async function AuditPage() {
  await requireScreen("/audit");
  return (
    <main className="max-w-page">
      <h1>Audit</h1>
      <p className="lead">
        Who did what to callbacks, users, keys and staff, and who was refused. Nobody can change an entry.
      </p>
      <Audit />
    </main>
  );
}
