import { requireScreen } from "../_ui/guard.ts";
import { Queue } from "./queue.tsx";
import "../runs/runs.css";
import "../runs/talk.css";

export const metadata = { title: "Queue" };

export default async function QueuePage() {
  await requireScreen("/queue");
  return (
    <main className="max-w-page">
      <Queue />
    </main>
  );
}
