import { requireScreen } from "../_ui/guard.ts";
import { Staff } from "./staff.tsx";

export const metadata = { title: "Staff" };

export default async function StaffPage() {
  const { accountId } = await requireScreen("/staff");
  return (
    <main className="max-w-page">
      <Staff own={accountId} />
    </main>
  );
}
