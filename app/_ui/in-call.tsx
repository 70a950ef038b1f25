"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { type Desk, isOutcomeKept, useDesk, useUnsent } from "#client/desk";
import { useSeconds } from "./clock.ts";
import { isOutcomeChosen } from "../desk/use-draft.ts";
import { isLeftOnPurpose } from "./dial.ts";
import { countdown } from "./time.ts";

type OpenCall = { id: string; name: string; since: string; isConnected: boolean };

/** The call that the agent is in or dials, as far as this page knows. */
export function useOpenCall(agentId: number | null): OpenCall | null {
  return openCallOf(agentId, useDesk(agentId).data);
}

/** The call that is open by an answer of the desk. */
export function openCallOf(agentId: number | null, desk: Desk | undefined): OpenCall | null {
  const hero = desk?.hero;
  if (agentId === null || !hero?.call || hero.call.endedAt !== null) return null;
  const { id, startedAt } = hero.call;
  const isConnected = hero.call.isConnected || isOutcomeChosen(agentId, id);
  return { id, name: hero.user?.name ?? "a person", since: startedAt, isConnected };
}

/**
 * On every screen but the desk: the open call, with a link back to it. Closing the page during a call needs a confirmation. A call
 * whose outcome is kept in this browser is over for the person, also while it cannot be sent.
 */
export function InCall({ agentId }: { agentId: number | null }) {
  const call = useOpenCall(agentId);
  return call && <OpenCallTag call={call} />;
}

function OpenCallTag({ call }: { call: OpenCall }) {
  const isAtDesk = usePathname() === "/desk";
  const isOver = isOutcomeKept(useUnsent(0), call.id);
  useEffect(() => {
    if (isOver) return;
    const ask = (event: BeforeUnloadEvent) => {
      if (!isLeftOnPurpose()) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isOver]);
  if (isOver || isAtDesk) return null;
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
