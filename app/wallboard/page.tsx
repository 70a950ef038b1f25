import { WallboardHints } from "./hints.tsx";
import { requireScreen } from "../_ui/guard.ts";
import { Wallboard } from "./wallboard.tsx";
import "./wallboard.css";
import "./figures.css";
import "./lists.css";
import "./sizes.css";
import "./charts.css";

export const metadata = { title: "Wallboard" };

export default async function WallboardPage() {
  await requireScreen("/wallboard");
  return (
    <main className="wall-page">
      <h1 className="sr-only">Wallboard</h1>
      <p className="sr-only">What is late, what is due and who is here; the page keeps itself up to date.</p>
      <WallboardHints />
      <Wallboard />
    </main>
  );
}
