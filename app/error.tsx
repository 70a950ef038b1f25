"use client";
import { Button } from "./_ui/form.tsx";

/** Stands in the place of a page that could not be made. */
export default function PageFailed({ reset }: { reset: () => void }) {
  return (
    <main className="max-w-page">
      <h1>This page could not be made</h1>
      <p className="lead">
        The database did not answer, or there were too many requests. Wait a moment and try again; the log says why.
      </p>
      <Button kind="main" onClick={reset}>
        Try again
      </Button>
    </main>
  );
}
