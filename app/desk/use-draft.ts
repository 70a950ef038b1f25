"use client";
import { useEffect, useEffectEvent, useMemo, useState, useSyncExternalStore } from "react";
import { serverNow } from "#lib/browser/clock";
import { eachSecond } from "../_ui/clock.ts";
import { keep, kept, keptNames } from "../_ui/kept.ts";

/** The unsaved form of a call: words, outcome and agreed time; the user and the moment. */
export type Draft = {
  notes: string;
  /** The time in the agent's words, and the instant it was read as. */
  text: string;
  scheduledFor: string | null;
  outcomeType: string | null;
  /** The number for the next call; empty: the same as before. */
  phone: string;
  userName: string;
  /** The user of the call and the user's zone. */
  user: { id: string; timeZone: string; isZoneKnown: boolean } | null;
  /** When it last changed; empty: there is no draft. */
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
 * The form of a call, stored in this browser until it is saved or discarded: it survives a reload, a lost connection, a lost
 * lease and a restart of the browser. `found`: the contents with which the form opened.
 */
export function useDraft(agentId: number, callSessionId: string) {
  const name = prefixOf(agentId) + callSessionId;
  const [found, setFound] = useState(() => read(name));
  const store = (draft: Omit<Draft, "at">) => {
    const isEmpty = draft.notes.trim() === "" && draft.text.trim() === "" && draft.outcomeType === null;
    keep(name, isEmpty ? null : JSON.stringify({ ...draft, at: new Date(serverNow()).toISOString() }));
  };
  /** Returns a function that restores it. */
  const drop = (): (() => void) => {
    const was = kept(name);
    keep(name, null);
    setFound(EMPTY);
    return () => keep(name, was);
  };
  return { found, store, drop };
}

/** Calls `adopt` with the draft of the call when it is changed in another window of this browser, so that neither loses words. */
export function useDraftOfOtherWindow(agentId: number, callSessionId: string, adopt: (draft: Draft) => void): void {
  const name = prefixOf(agentId) + callSessionId;
  const changed = useEffectEvent(({ key }: StorageEvent) => {
    // A draft that was saved or discarded there is left here until the form closes.
    if (key === name && kept(name) !== null) adopt(read(name));
  });
  useEffect(() => {
    const listener = (event: StorageEvent) => changed(event);
    addEventListener("storage", listener);
    return () => removeEventListener("storage", listener);
  }, []);
}

/** Drafts of calls that are no longer at the desk, none of which was saved. */
export function useLeftDrafts(agentId: number, callSessionId: string | null): LeftDraft[] {
  const prefix = prefixOf(agentId);
  // Other windows of this browser save and discard as well, so the storage is read every second.
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

/** Adds the instant of its words to the draft of a call, if there is one. */
export function keepTime(agentId: number, callSessionId: string, scheduledFor: string): void {
  const name = prefixOf(agentId) + callSessionId;
  const draft = read(name);
  if (draft.at !== "") keep(name, JSON.stringify({ ...draft, scheduledFor }));
}

/** Whether an outcome of this call was chosen in this browser. */
export function isOutcomeChosen(agentId: number, callSessionId: string): boolean {
  return read(prefixOf(agentId) + callSessionId).outcomeType !== null;
}

/** Discards the draft of a call. */
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
