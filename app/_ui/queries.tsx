"use client";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Problem } from "#lib/browser/api";

/** What the screens have read from the API, and the rule for who is not signed in any more. */
export function Queries({ children }: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: { queries: { retry: (tries, error) => isPassing(error) && tries < 2 } },
        queryCache: new QueryCache({
          onError(error) {
            if (error instanceof Problem && error.code === "unauthenticated")
              location.assign(`/sign-in?next=${location.pathname}`);
          },
        }),
      }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

function isPassing(error: Error): boolean {
  return error instanceof Problem && ["offline", "unavailable", "internal", "unreadable"].includes(error.code);
}
