import { requireScreen } from "../_ui/guard.ts";
import { Tasks } from "./tasks.tsx";

export const metadata = { title: "Tasks" };

export default async function TasksPage() {
  await requireScreen("/tasks");
  return (
    <main className="max-w-page">
      <h1>Tasks</h1>
      <p className="lead">
        Work that a conversation gave to an outside agent. Its result is delivered to that conversation, or becomes a
        callback.
      </p>
      <Tasks />
    </main>
  );
}
