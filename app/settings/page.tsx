import { requireScreen } from "../_ui/guard.ts";
import { Calendar } from "./calendar.tsx";
import { QueueNames } from "./queue-names.tsx";
import { Settings } from "./settings.tsx";

export const metadata = { title: "Settings" };

export default async function SettingsPage() {
  await requireScreen("/settings");
  return (
    <main className="max-w-page">
      <h1>Settings</h1>
      <p className="lead">The limits of the desk. A change counts everywhere within five seconds.</p>
      <Settings />
      <QueueNames />
      <Calendar />
    </main>
  );
}
