"use client";
import { useWallboard } from "#client/monitoring";
import { DemoHint, type Hint } from "../_ui/demo-hint.tsx";

const isAway = (state: string) => state === "gone" || state === "silent";

/** For a supervisor, see `wallHintOf`. */
export function WallboardHints() {
  const { data: wall } = useWallboard();
  return <DemoHint name="wallboard" hint={wall ? wallHintOf(wall) : null} />;
}

type Wall = {
  figures: { lateNow: number };
  agents: readonly { name: string; state: string }[];
  needsYou: readonly { kind: string; agent: string | null }[];
};

/** A colleague goes home in the middle of the demo day, and the colleague's promises must be moved. */
export function wallHintOf({ figures, agents, needsYou }: Wall): Hint {
  const gone = new Set(agents.filter(({ state }) => isAway(state)).map(({ name }) => name));
  const left = needsYou.find(({ kind, agent }) => kind === "overdue" && agent !== null && gone.has(agent));
  if (left)
    return {
      step: "An outage to solve",
      text: `${left.agent} has left, and promises are due. Press Reassign or Move all beside it, under Needs you.`,
    };
  if (figures.lateNow > 0)
    return {
      step: "Something is late",
      text: "It stands under Needs you, with the agent who has it. Reassign gives it to a colleague who is here.",
    };
  return {
    step: "All is well",
    text: "In the middle of the day one colleague goes home. What is late then appears under Needs you.",
  };
}
