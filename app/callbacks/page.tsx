import { requireScreen } from "../_ui/guard.ts";
import { Callbacks } from "./callbacks.tsx";

export const metadata = { title: "Callbacks" };

export default async function CallbacksPage() {
  const { role } = await requireScreen("/callbacks");
  return (
    <main className="max-w-page">
      <h1>Callbacks</h1>
      <Callbacks isSupervisor={role === "supervisor"} />
    </main>
  );
}
