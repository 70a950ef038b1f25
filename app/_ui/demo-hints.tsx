"use client";
import { useState } from "react";
import { useDemoDay } from "#client/demo";
import { useDesk, usePending } from "#client/desk";
import { useWallboard } from "#client/monitoring";
import { keep, kept } from "./kept.ts";

type Hint = { step: string; text: string };

/** The next step to try during a demo day, until it was done once or dismissed. */
function Shown({ name, hint }: { name: string; hint: Hint | null }) {
  const { data } = useDemoDay();
  const keptAs = `demo-hints-${name}-${data?.endsAt}`;
  const [gone, setGone] = useState<string | null>(null);
  if (!hint || !data?.endsAt || gone === keptAs || kept(keptAs) !== null) return null;
  const close = () => {
    keep(keptAs, "gone");
    setGone(keptAs);
  };
  return (
    <p className="demo-hint" role="status">
      <strong>{hint.step}</strong> <span>{hint.text}</span>
      <button type="button" className="plain-button" onClick={close} aria-label="No more hints today">
        ×
      </button>
    </p>
  );
}

/** For an agent: start, call, record the outcome. Ends with the first call that was saved. */
export function DeskHints({ agentId }: { agentId: number }) {
  const { data: desk } = useDesk(agentId);
  const { data: pending } = usePending(agentId);
  return <Shown name="desk" hint={desk ? hintOf(desk, pending?.callbacks ?? []) : null} />;
}

type Desk = { agent: { status: string | null }; hero: { call: unknown } | null; day: { kept: number } };

/** The next step of an agent on the first demo day; null once a promise was kept. */
export function hintOf({ agent, hero, day }: Desk, promises: readonly { userName: string }[]): Hint | null {
  if (day.kept > 0) return null;
  if (hero?.call)
    return { step: "3 of 3", text: "You are in a call. Choose what came of it, such as Answered, and press Save." };
  if (agent.status === null || agent.status === "offline")
    return { step: "1 of 3", text: "Press Start your shift: what was promised comes to you by itself." };
  if (hero) return { step: "2 of 3", text: "This is your next call. Press Call; nobody's telephone rings in a demo." };
  const [first] = promises;
  if (first)
    return { step: "2 of 3", text: `${first.userName} asked for you. Press Accept and call, or wait until it is due.` };
  return { step: "2 of 3", text: "In a few seconds somebody asks you to call back. It appears here." };
}

const isAway = (state: string) => state === "gone" || state === "silent";

/** For a supervisor, see `wallHintOf`. */
export function WallboardHints() {
  const { data: wall } = useWallboard();
  return <Shown name="wallboard" hint={wall ? wallHintOf(wall) : null} />;
}

type Wall = {
  agents: readonly { name: string; state: string }[];
  needsYou: readonly { kind: string; agent: string | null }[];
};

/** A colleague goes home in the middle of the demo day, and the colleague's promises must be moved. */
export function wallHintOf({ agents, needsYou }: Wall): Hint {
  const gone = new Set(agents.filter(({ state }) => isAway(state)).map(({ name }) => name));
  const overdue = needsYou.filter(({ kind }) => kind === "overdue");
  const left = overdue.find(({ agent }) => agent !== null && gone.has(agent));
  if (left)
    return {
      step: "An outage to solve",
      text: `${left.agent} has left, and promises are due. Press Reassign or Move all beside it, under Needs you.`,
    };
  if (overdue.length > 0)
    return {
      step: "Something is late",
      text: "It stands under Needs you, with the agent who has it. Reassign gives it to a colleague who is here.",
    };
  return {
    step: "All is well",
    text: "In the middle of the day one colleague goes home. What is late then appears under Needs you.",
  };
}
