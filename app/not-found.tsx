import Link from "next/link";

export const metadata = { title: "Nothing here" };

export default function NotFound() {
  return (
    <main className="max-w-page">
      <h1>There is nothing at this address</h1>
      <p className="lead">Addresses of the API begin with /api.</p>
      <nav className="actions">
        <Link href="/">Go to the start</Link>
        <Link href="/docs">Read the API</Link>
      </nav>
    </main>
  );
}
