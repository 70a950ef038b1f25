"use client";
import { useId, useRef } from "react";
import type { Wallboard } from "#client/monitoring";
import { Arrow } from "../_ui/arrow.tsx";
import { Button } from "../_ui/form.tsx";

type Agent = Wallboard["agents"][number];

const OFFERED = 3;

type Props = {
  label: string;
  /** The subject of the row, for screen readers. */
  what: string;
  agents: readonly Agent[];
  /** The agent who has it now. */
  but: number | null;
  isBusy: boolean;
  onChoose: (agentId: number | null) => void;
};

/** A button that lists the freest agents: two presses give the row to one of them. */
export function HandOver({ label, what, agents, but, isBusy, onChoose }: Props) {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const choose = (agentId: number | null) => {
    menu.current?.hidePopover();
    onChoose(agentId);
  };
  return (
    <span className="hand-over">
      <Button isBusy={isBusy} popoverTarget={id} aria-label={`${label} ${what}`}>
        {label} <Arrow />
      </Button>
      <div ref={menu} id={id} popover="auto" className="panel choices">
        {freest(agents, but).map(({ id: agentId, name, load }) => (
          <Button key={agentId} onClick={() => choose(agentId)}>
            {name}, {load === 0 ? "free" : `${load} waiting`}
          </Button>
        ))}
        <Button onClick={() => choose(null)}>Anybody who is free</Button>
      </div>
    </span>
  );
}

/** Available agents, the least loaded first. */
function freest(agents: readonly Agent[], but: number | null): Agent[] {
  return agents
    .filter(({ state, id, isAiAgent }) => state === "available" && id !== but && !isAiAgent)
    .sort((one, other) => one.load - other.load)
    .slice(0, OFFERED);
}
