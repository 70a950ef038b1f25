"use client";
import { useEffect, useState } from "react";
import { listUnsent } from "#client/desk";
import { pageOwner } from "#lib/browser/api";
import { keepShell } from "../_ui/desk-shell.ts";
import { hasLeftToLearn } from "./learn.ts";

type Parts = { agentId: number; isInCall: boolean; hasLearnt: boolean };

/**
 * Stores this page in the browser, once the server has answered it and its later files are loaded; again when a call begins or
 * something was learnt, because the parts for that are loaded only then. Returns how often it was stored.
 */
export function useShell(isAnswered: boolean, { agentId, isInCall, hasLearnt }: Parts): number {
  const [timesKept, setKept] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was learnt is drawn by parts that are loaded then.
  useEffect(() => {
    const owner = pageOwner();
    if (owner === null || !isAnswered) return;
    // A desk that cannot be stored needs a connection, and says so then.
    void keepShell(owner, () => loadRest(isInCall || hasLeftToLearn(agentId)))
      .then(() => setKept((times) => times + 1))
      .catch(() => undefined);
  }, [isAnswered, agentId, isInCall, hasLearnt]);
  return timesKept;
}

/**
 * Loads what this page needs without a connection, and returns the addresses of files that its workers have loaded. Notes are
 * written in a call only, and what reads them is larger than the whole desk.
 */
async function loadRest(hasNotes: boolean): Promise<readonly string[]> {
  const [files] = await Promise.all([hasNotes ? loadNotes() : [], listUnsent()]);
  return files;
}

/** Loads everything that reads notes, and the parts of the desk that show what was read or was not saved. */
async function loadNotes(): Promise<readonly string[]> {
  const [{ loadReader }] = await Promise.all([
    import("#client/call-memory"),
    import("./from-notes.tsx"),
    import("./reports.tsx"),
    import("./rule-records.tsx"),
    import("./left-draft.tsx"),
  ]);
  return loadReader();
}
