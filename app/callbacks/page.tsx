import { requireScreen } from "../_ui/guard.ts";
import { Callbacks } from "./callbacks.tsx";

export const metadata = { title: "Callbacks" };

export default async function CallbacksPage() {
  const { agentId } = await requireScreen("/callbacks");
  return (
    <main className="max-w-page">
      <h1>Callbacks</h1>
      <Callbacks agentId={agentId} />
    </main>
  );
}
