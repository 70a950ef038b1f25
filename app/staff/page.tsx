import { requireScreen } from "../_ui/guard.ts";
import { Staff } from "./staff.tsx";

export const metadata = { title: "Staff" };

export default async function StaffPage() {
  const { accountId } = await requireScreen("/staff");
  return (
    <main className="max-w-page">
      <h1>Staff</h1>
      <p className="lead">Who can sign in, and as what. An agent works at one desk; a supervisor sees all of them.</p>
      <Staff own={accountId} />
    </main>
  );
}
