import { requireScreen } from "../_ui/guard.ts";
import { Runs } from "./runs.tsx";
import "./runs.css";
import "./figures.css";
import "./talk.css";

export const metadata = { title: "Runs" };

export default async function RunsPage() {
  await requireScreen("/runs");
  return (
    <main className="max-w-page">
      <Runs />
    </main>
  );
}
