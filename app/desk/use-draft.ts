"use client";
import { useState } from "react";
import { serverNow } from "#lib/browser/clock";

/** Words of a call that are not saved yet, and when they were typed. */
export type Draft = { notes: string; text: string; at: string };

const EMPTY: Draft = { notes: "", text: "", at: "" };

/**
 * What is being typed about a call, kept in this browser until it is saved or thrown away: it survives a reload, a lost
 * line, a lost lease and the end of the browser. `kept`: what was found when the form came up.
 */
export function useDraft(agentId: number, callSessionId: string) {
  const key = `ringback draft ${agentId} ${callSessionId}`;
  const [kept, setKept] = useState(() => read(key));
  const keep = (words: Omit<Draft, "at">) => {
    const isEmpty = words.notes.trim() === "" && words.text.trim() === "";
    store(key, isEmpty ? null : { ...words, at: new Date(serverNow()).toISOString() });
  };
  const drop = () => {
    store(key, null);
    setKept(EMPTY);
  };
  return { kept, keep, drop };
}

function read(key: string): Draft {
  try {
    return { ...EMPTY, ...(JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Draft>) };
  } catch {
    return EMPTY;
  }
}

/** A browser that keeps nothing keeps no draft; the form works all the same. */
function store(key: string, draft: Draft | null): void {
  try {
    if (draft === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Private windows may refuse.
  }
}
