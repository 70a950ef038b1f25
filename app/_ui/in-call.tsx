"use client";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { useDesk } from "#client/desk";
import { useSeconds } from "./clock.ts";
import { isDialling } from "./dial.ts";
import { countdown } from "./time.ts";

/** The call that the agent is in, as far as this page knows. */
export function useOpenCall(agentId: number | null): { name: string; since: string } | null {
  const hero = useDesk(agentId).data?.hero;
  if (!hero?.call || hero.call.endedAt !== null) return null;
  return { name: hero.user?.name ?? "a person", since: hero.call.startedAt };
}

/** On every screen but the desk: the call that is open, and the way back to it. Who closes the page meanwhile is asked. */
export function InCall({ agentId }: { agentId: number | null }) {
  const call = useOpenCall(agentId);
  const isAtDesk = usePathname() === "/desk";
  const isOpen = call !== null;
  useEffect(() => {
    if (!isOpen) return;
    const ask = (event: BeforeUnloadEvent) => {
      // A link that dials leaves no page.
      if (!isDialling()) event.preventDefault();
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isOpen]);
  if (!call || isAtDesk) return null;
  return (
    <Link href="/desk" className="tag accepted in-call-tag">
      In call: {call.name} <Lasting since={call.since} />, back to it
    </Link>
  );
}

/** How long it has lasted, to the second. */
export function Lasting({ since }: { since: string }) {
  return countdown(Math.max(0, useSeconds() - Math.floor(Date.parse(since) / 1_000)));
}
