"use client";
import { useEffect } from "react";
import type { learnFrom } from "#client/call-memory";
import { onReached } from "#lib/browser/api";
import { serverNow } from "#lib/browser/clock";
import { keep, kept, keptNames } from "../_ui/kept.ts";
import { hasJustLearnt } from "./has-learnt.ts";
import type { Draft } from "./use-draft.ts";

type Recorded = Pick<Draft, "userName" | "user" | "at"> & {
  callSessionId: string;
  notes: string | undefined;
  callback: { scheduledFor: string } | undefined;
};

const prefixOf = (agentId: number) => `ringback notes to read ${agentId} `;

/**
 * Proposes the promises in the notes of a recorded or stored outcome at the desk, except the one that was just made. The notes
 * are stored before it returns, so that closing the page at this moment loses nothing. A browser without storage learns nothing.
 */
export function learn(agentId: number, { callSessionId, userName, user, notes, callback, at }: Recorded): void {
  if (!user) return;
  const call = {
    id: callSessionId,
    userId: user.id,
    userName,
    notes: notes ?? "",
    zone: user.timeZone,
    isZoneKnown: user.isZoneKnown,
    at,
  };
  const name = prefixOf(agentId) + callSessionId;
  keep(name, JSON.stringify({ call, scheduled: callback ? [callback.scheduledFor] : [] } satisfies Kept));
  void read(agentId, name);
}

/** Whether notes of this agent wait in this browser to be read. */
export const hasLeftToLearn = (agentId: number): boolean => keptNames(prefixOf(agentId)).length > 0;

/** Reads the notes that a closed page left unread. Reading twice has the effect of reading once. */
export function useLeftToLearn(agentId: number): void {
  useEffect(() => readLeftWheneverReached(agentId), [agentId]);
}

/**
 * Reads all notes of this agent that are kept for it, now and whenever the server answers again: without a connection the code that
 * reads them may be missing. Returns the function that ends this.
 */
export function readLeftWheneverReached(agentId: number): () => void {
  void readLeft(agentId);
  return onReached(() => void readLeft(agentId));
}

/** Reads all notes of this agent that are kept for it, and resolves when each was read or has to wait for another page. */
export async function readLeft(agentId: number): Promise<void> {
  await Promise.all(keptNames(prefixOf(agentId)).map((name) => read(agentId, name)));
}

/** Where nothing can be learnt, notes are kept and tried again for this long after their call. */
const TRIED_MS = 7 * 24 * 60 * 60_000;

type Kept = { call: Parameters<typeof learnFrom>[1]; scheduled: string[] };

async function read(agentId: number, name: string): Promise<void> {
  const text = kept(name);
  if (text === null) return;
  const notes = parsed(text);
  try {
    if (notes) {
      // A desk without notes does not load the code that keeps them.
      const { learnFrom } = await import("#client/call-memory");
      await learnFrom(agentId, notes.call, notes.scheduled);
      hasJustLearnt();
    }
  } catch {
    // The desk works without it, and tries again when it is next opened.
    if (notes && serverNow() - Date.parse(notes.call.at) < TRIED_MS) return;
  }
  // Notes of the same call that were saved meanwhile are read separately.
  if (kept(name) === text) keep(name, null);
}

/** Null for a text that cannot be parsed: no page can use it. */
function parsed(text: string): Kept | null {
  try {
    return JSON.parse(text) as Kept;
  } catch {
    return null;
  }
}
