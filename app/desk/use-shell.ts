"use client";
import { useEffect, useState } from "react";
import { loadReader } from "#client/call-memory";
import { listUnsent } from "#client/desk";
import { pageOwner } from "#lib/browser/api";
import { keepShell } from "../_ui/desk-shell.ts";

/**
 * Stores this page in the browser, once the server has answered it and its later files are loaded. Returns whether it is stored.
 */
export function useShell(isAnswered: boolean): boolean {
  const [isKept, setKept] = useState(false);
  useEffect(() => {
    const owner = pageOwner();
    if (owner === null || !isAnswered) return;
    // A desk that cannot be stored needs a connection, and says so then.
    const loadRest = async () => (await Promise.all([loadReader(), listUnsent()]))[0];
    void keepShell(owner, loadRest)
      .then(() => setKept(true))
      .catch(() => undefined);
  }, [isAnswered]);
  return isKept && isAnswered;
}
