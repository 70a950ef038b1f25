"use client";
import { useDesk, usePending } from "#client/desk";
import { DemoHint, type Hint } from "../_ui/demo-hint.tsx";

/** For an agent: start, call, record the outcome. Ends with the first call that was saved. */
export function DeskHints({ agentId }: { agentId: number }) {
  const { data: desk } = useDesk(agentId);
  const { data: pending } = usePending(agentId);
  return <DemoHint name="desk" hint={desk ? hintOf(desk, pending?.callbacks ?? []) : null} />;
}

type Waiting = { userName: string; withAgent: string | null };
type Desk = { agent: { status: string | null }; hero: { call: unknown } | null; day: { kept: number } };

/** The next step of an agent on the first demo day; null once a promise was kept. */
export function hintOf({ agent, hero, day }: Desk, promises: readonly Waiting[]): Hint | null {
  if (day.kept > 0) return null;
  if (hero?.call)
    return { step: "3 of 3", text: "You are in a call. Choose what came of it, such as Answered, and press Save." };
  if (agent.status === null || agent.status === "offline")
    return { step: "1 of 3", text: "Press Start your shift: what was promised comes to you by itself." };
  if (agent.status === "break")
    return { step: "2 of 3", text: "You are on a break. Press Available, and what was promised comes to you." };
  if (hero) return { step: "2 of 3", text: "This is your next call. Press Call; nobody's telephone rings in a demo." };
  const [first] = promises;
  if (first) {
    const button = first.withAgent === null ? "Accept" : "Take back";
    return {
      step: "2 of 3",
      text: `${first.userName} asked for you. Press ${button} and call, or wait until it is due.`,
    };
  }
  return { step: "2 of 3", text: "In a few seconds somebody asks you to call back. It appears here." };
}
