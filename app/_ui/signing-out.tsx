"use client";
import { useEffect, useSyncExternalStore } from "react";
import { press, type Problem } from "#lib/browser/api";

const KEY = "ringback-signing-out";
const AGAIN_MS = 5_000;

/** The person who pressed "Sign out" while Ringback could not be reached, and whether in every browser. */
type Owed = { accountId: string; everywhere: boolean };

/**
 * Remembers a sign-out that could not be sent. Every open page of this person closes at once, and the next one that reaches Ringback
 * sends it before it shows anything. Where the browser stores nothing, the caller has to say so.
 */
export function oweSignOut(owed: Owed): void {
  localStorage.setItem(KEY, JSON.stringify(owed));
  // The browser sends this event only to other pages.
  dispatchEvent(new StorageEvent("storage", { key: KEY }));
}

/**
 * Whether this person has signed out without reaching Ringback: `everywhere` or `here`, or null. Forgets it on a page of nobody; a page
 * that could not identify its person, as while the database is away, leaves it.
 */
export function useOwedSignOut(accountId: string | null, isNobody: boolean): "everywhere" | "here" | null {
  const owed = useSyncExternalStore(
    onStorage,
    () => readOwed(accountId),
    () => null,
  );
  // That session has ended since, so a new one of the same person is not ended by it.
  useEffect(() => {
    if (isNobody) forget();
  }, [isNobody]);
  return owed;
}

/** In place of a page whose person has signed out: sends the sign-out until it arrives, then opens the sign-in. */
export function SigningOut({ everywhere }: { everywhere: boolean }) {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const send = async () => {
      try {
        await press("POST /sign-out", { everywhere });
      } catch (error) {
        if (!HAS_ENDED.includes((error as Problem).code)) {
          timer = setTimeout(() => void send(), AGAIN_MS);
          return;
        }
      }
      forget();
      location.replace("/sign-in");
    };
    void send();
    return () => clearTimeout(timer);
  }, [everywhere]);
  return (
    <main className="max-w-form" role="status">
      <h1>You have signed out of this browser</h1>
      <p className="lead">
        Ringback cannot be reached, so it does not know yet. It will as soon as this computer has a connection: leave
        this page open, or open Ringback again. Nobody can open your desk here meanwhile.
      </p>
    </main>
  );
}

/** The session is over already, or is another person's. */
const HAS_ENDED = ["unauthenticated", "another_person"];

function onStorage(changed: () => void): () => void {
  addEventListener("storage", changed);
  return () => removeEventListener("storage", changed);
}

function readOwed(accountId: string | null): "everywhere" | "here" | null {
  try {
    const owed = JSON.parse(localStorage.getItem(KEY) ?? "null") as Owed | null;
    if (owed === null || owed.accountId !== accountId) return null;
    return owed.everywhere ? "everywhere" : "here";
  } catch {
    // A browser that stores nothing owes nothing.
    return null;
  }
}

function forget(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}
