import { requireScreen } from "../_ui/guard.ts";
import { Agents } from "./agents.tsx";

export const metadata = { title: "Agents" };

export default async function AgentsPage() {
  await requireScreen("/agents");
  return (
    <main className="max-w-page">
      <h1>Agents</h1>
      <p className="lead">
        Who is here, and how many callbacks are theirs: promised are the open ones in their name, waiting those in their
        queue now.
      </p>
      <Agents />
    </main>
  );
}
