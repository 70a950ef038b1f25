import { requireScreen } from "../_ui/guard.ts";
import { Keys } from "./keys.tsx";

export const metadata = { title: "API keys" };

export default async function KeysPage() {
  await requireScreen("/keys");
  return (
    <main className="max-w-page">
      <h1>API keys</h1>
      <p className="lead">
        A key lets another system in, for as much as its scopes say. Revoking it counts from the next request on.
      </p>
      <Keys />
    </main>
  );
}
