"use client";
import { useMemo, useState, useSyncExternalStore } from "react";
import { serverNow } from "#lib/browser/clock";
import { eachSecond } from "../_ui/clock.ts";
import { keep, kept, keptNames } from "../_ui/kept.ts";

/** What was put into the form of a call and is not saved yet: words, outcome and agreed time; whose call, and when. */
export type Draft = {
  notes: string;
  /** The time in the agent's words, and what it was understood as. */
  text: string;
  scheduledFor: string | null;
  outcomeType: string | null;
  /** The number that the next call is for; empty: the same as before. */
  phone: string;
  userName: string;
  /** Whose call it is, and on which clock they live. */
  user: { id: string; timeZone: string; isZoneKnown: boolean } | null;
  /** When it was last changed; empty: there is none. */
  at: string;
};
export type LeftDraft = Draft & { callSessionId: string };

const EMPTY: Draft = {
  notes: "",
  text: "",
  scheduledFor: null,
  outcomeType: null,
  phone: "",
  userName: "",
  user: null,
  at: "",
};

const prefixOf = (agentId: number) => `ringback draft ${agentId} `;

/**
 * What is being put in about a call, kept in this browser until it is saved or thrown away: it survives a reload, a lost
 * line, a lost lease and the end of the browser. `found`: what was there when the form came up.
 */
export function useDraft(agentId: number, callSessionId: string) {
  const name = prefixOf(agentId) + callSessionId;
  const [found, setFound] = useState(() => read(name));
  const store = (draft: Omit<Draft, "at">) => {
    const isEmpty = draft.notes.trim() === "" && draft.text.trim() === "" && draft.outcomeType === null;
    keep(name, isEmpty ? null : JSON.stringify({ ...draft, at: new Date(serverNow()).toISOString() }));
  };
  /** Returns what puts it back as it was. */
  const drop = (): (() => void) => {
    const was = kept(name);
    keep(name, null);
    setFound(EMPTY);
    return () => keep(name, was);
  };
  return { found, store, drop };
}

/** Drafts of calls that are not at the desk any more: nothing of them was saved. */
export function useLeftDrafts(agentId: number, callSessionId: string | null): LeftDraft[] {
  const prefix = prefixOf(agentId);
  // Other windows of this browser save and throw away as well, so it is looked at every second.
  const names = useSyncExternalStore(
    eachSecond,
    () => keptNames(prefix).join("\n"),
    () => "",
  );
  return useMemo(
    () =>
      names
        .split("\n")
        .filter((name) => name !== "" && name !== prefix + callSessionId)
        .map((name) => ({ ...read(name), callSessionId: name.slice(prefix.length) })),
    [names, prefix, callSessionId],
  );
}

/** Adds to the draft of a call, when there is one, what its time was understood as. */
export function keepTime(agentId: number, callSessionId: string, scheduledFor: string): void {
  const name = prefixOf(agentId) + callSessionId;
  const draft = read(name);
  if (draft.at !== "") keep(name, JSON.stringify({ ...draft, scheduledFor }));
}

/** Whether something was chosen as the outcome of this call in this browser. */
export function isOutcomeChosen(agentId: number, callSessionId: string): boolean {
  return read(prefixOf(agentId) + callSessionId).outcomeType !== null;
}

/** Throws the draft of a call away. */
export function dropDraft(agentId: number, callSessionId: string): void {
  keep(prefixOf(agentId) + callSessionId, null);
}

function read(name: string): Draft {
  try {
    return { ...EMPTY, ...(JSON.parse(kept(name) ?? "{}") as Partial<Draft>) };
  } catch {
    return EMPTY;
  }
}
