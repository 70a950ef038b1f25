"use client";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useMe } from "#client/session";
import { belongTo, Problem } from "#lib/browser/api";
import { forgetShellOfOthers } from "./desk-shell.ts";
import { Button } from "./form.tsx";
import { SigningOut, useOwedSignOut } from "./signing-out.tsx";

/** `isNobody`: nobody is signed in, and not that nobody could be identified. */
type Props = { accountId: string | null; isNobody: boolean; children: ReactNode };

/**
 * The cache of the API's answers, and the end of a page whose person has signed out or whose browser another person has signed in
 * to: the page closes, so that none of its data stays visible and no action runs under a wrong name.
 */
export function Queries({ accountId, isNobody, children }: Props) {
  const [isSomebodyElses, setSomebodyElses] = useState(false);
  const [client] = useState(() => {
    const onError = (error: Error) => {
      if (isProblem(error, "another_person")) setSomebodyElses(true);
    };
    return new QueryClient({
      defaultOptions: {
        // A browser that believes that it is offline sends its requests all the same, and reports the result.
        queries: { networkMode: "always", retry: (tries, error) => isPassing(error) && tries < 2 },
        mutations: { networkMode: "always" },
      },
      queryCache: new QueryCache({
        onError(error) {
          onError(error);
          if (isProblem(error, "unauthenticated")) location.assign(`/sign-in?next=${location.pathname}`);
        },
      }),
      mutationCache: new MutationCache({ onError }),
    });
  });
  // Before any part below sends a request.
  belongTo(accountId);
  const owed = useOwedSignOut(accountId, isNobody);
  if (owed) return <SigningOut everywhere={owed === "everywhere"} />;
  if (isSomebodyElses) return <SomebodyElse />;
  return (
    <QueryClientProvider client={client}>
      <Watch accountId={accountId} />
      {children}
    </QueryClientProvider>
  );
}

/** Lets a page that polls nothing notice that another person has signed in. */
function Watch({ accountId }: { accountId: string | null }) {
  useMe(accountId !== null);
  // The stored page of the desk belongs to the person who is signed in. A storage failure here also fails to show it.
  useEffect(() => void forgetShellOfOthers(accountId).catch(() => undefined), [accountId]);
  return null;
}

function SomebodyElse() {
  return (
    <main className="max-w-form" role="alert">
      <h1>Somebody else signed in in this browser</h1>
      <p className="lead">
        This page was opened for another person, so it has stopped. Words typed in a call are kept in this browser for
        the one who typed them.
      </p>
      <Button kind="main" onClick={() => location.reload()}>
        Reload the page
      </Button>
    </main>
  );
}

function isProblem(error: Error, code: string): boolean {
  return error instanceof Problem && error.code === code;
}

function isPassing(error: Error): boolean {
  return error instanceof Problem && ["offline", "unavailable", "internal", "unreadable"].includes(error.code);
}
