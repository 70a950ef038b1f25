"use client";
import { later } from "../_ui/later.tsx";
import { useLeftDrafts } from "./use-draft.ts";

const LeftDraft = later(async () => (await import("./left-draft.tsx")).LeftDraft);

/** Unsaved forms of calls that have left the desk meanwhile; each can still be saved to its call. */
export function LeftDrafts({ agentId, callSessionId }: { agentId: number; callSessionId: string | null }) {
  return useLeftDrafts(agentId, callSessionId).map((draft) => (
    <LeftDraft key={draft.callSessionId} agentId={agentId} draft={draft} />
  ));
}
