import { requireScreen } from "../_ui/guard.ts";
import { Customers } from "./customers.tsx";

export const metadata = { title: "Customers" };

export default async function CustomersPage() {
  const { agentId } = await requireScreen("/customers");
  return (
    <main className="max-w-page">
      <Customers agentId={agentId} />
    </main>
  );
}
