"use client";
import { useEffect } from "react";
import { listUnsent } from "#client/desk";
import { pageOwner } from "#lib/browser/api";
import { keepShell } from "#lib/browser/shell";

/** Keeps this page in the browser, once the server has answered it and what it loads later is loaded. */
export function useShell(isAnswered: boolean): void {
  useEffect(() => {
    const owner = pageOwner();
    if (owner === null || !isAnswered) return;
    // A desk that cannot be kept is one that needs a connection, and says so then.
    void listUnsent()
      .then(() => keepShell(owner))
      .catch(() => undefined);
  }, [isAnswered]);
}
