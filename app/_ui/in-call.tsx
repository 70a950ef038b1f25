"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { useDesk } from "#client/desk";
import { useSeconds } from "./clock.ts";
import { isOutcomeChosen } from "../desk/use-draft.ts";
import { isDialling } from "./dial.ts";
import { countdown } from "./time.ts";

/** The call that the agent is in or dials, as far as this page knows. */
export function useOpenCall(agentId: number | null): { name: string; since: string; isConnected: boolean } | null {
  const hero = useDesk(agentId).data?.hero;
  if (agentId === null || !hero?.call || hero.call.endedAt !== null) return null;
  const { id, startedAt } = hero.call;
  const isConnected = hero.call.isConnected || isOutcomeChosen(agentId, id);
  return { name: hero.user?.name ?? "a person", since: startedAt, isConnected };
}

/** On every screen but the desk: the open call, with a link back to it. Closing the page during a call needs a confirmation. */
export function InCall({ agentId }: { agentId: number | null }) {
  const call = useOpenCall(agentId);
  const isAtDesk = usePathname() === "/desk";
  const isOpen = call !== null;
  useEffect(() => {
    if (!isOpen) return;
    const ask = (event: BeforeUnloadEvent) => {
      // A link that dials does not leave the page.
      if (!isDialling()) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isOpen]);
  if (!call || isAtDesk) return null;
  return (
    <Link href="/desk" className="tag accepted in-call-tag">
      {call.isConnected ? "In call" : "Dialling"}: <bdi>{call.name}</bdi> <Lasting since={call.since} />, back to it
    </Link>
  );
}

/** The duration of the call, to the second. */
export function Lasting({ since }: { since: string }) {
  return countdown(Math.max(0, useSeconds() - Math.floor(Date.parse(since) / 1_000)));
}
