import { requireScreen } from "../_ui/guard.ts";
import { Messages } from "./messages.tsx";
import "../runs/runs.css";
import "../runs/talk.css";

export const metadata = { title: "Messages" };

export default async function MessagesPage() {
  await requireScreen("/messages");
  return (
    <main className="max-w-page">
      <Messages />
    </main>
  );
}
