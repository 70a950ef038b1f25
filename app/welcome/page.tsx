import { Welcome } from "./welcome.tsx";

export const metadata = { title: "Welcome" };

export default function WelcomePage() {
  return (
    <main className="max-w-form">
      <h1>Welcome</h1>
      <Welcome />
    </main>
  );
}
