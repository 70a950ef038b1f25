import { requireScreen } from "../_ui/guard.ts";
import { Agents } from "./agents.tsx";

export const metadata = { title: "Agents" };

export default async function AgentsPage() {
  await requireScreen("/agents");
  return (
    <main className="max-w-page">
      <Agents />
    </main>
  );
}
