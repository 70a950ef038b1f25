import { meIfKnown } from "../_ui/guard.ts";
import { Welcome } from "./welcome.tsx";

export const metadata = { title: "Welcome" };

export default async function WelcomePage() {
  const isNobody = (await meIfKnown()) === null;
  return (
    <main className="max-w-form">
      <h1>Welcome</h1>
      <Welcome isNobody={isNobody} />
    </main>
  );
}
