"use client";
import { useState } from "react";
import { type ListedAgent, useAgents } from "#client/agents";
import { Button, Done } from "../_ui/form.tsx";
import { Listing } from "../_ui/listing.tsx";
import { Invitation } from "../_ui/invitation.tsx";
import { useSayMoved } from "../_ui/say-moved.ts";
import { Title } from "../_ui/title.tsx";
import { AgentDialog } from "./agent-dialog.tsx";
import { AgentRow } from "./agent-row.tsx";
import { ExplainDialog, type Held } from "./explain-dialog.tsx";
import { MoveDialog } from "./move-dialog.tsx";

/** All agents; present agents come first. */
export function Agents() {
  const list = useAgents();
  const [moving, setMoving] = useState<ListedAgent | null>(null);
  const [editing, setEditing] = useState<ListedAgent | "new" | null>(null);
  const [explaining, setExplaining] = useState<Held | null>(null);
  const [invitation, setInvitation] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const sayMoved = useSayMoved();
  const agents = list.data?.agents.toSorted((a, b) => rankOf(a) - rankOf(b)) ?? [];
  const close = () => {
    setMoving(null);
    setEditing(null);
    setExplaining(null);
  };
  const finish = (message: string) => {
    close();
    setDone(message);
  };
  return (
    <>
      <Title
        name="Agents"
        lead="Who is here, and how many open callbacks are with them: in their name, accepted by them, or in their queue now."
      >
        <Button kind="main" onClick={() => setEditing("new")}>
          Add an agent
        </Button>
      </Title>
      <Done>{done}</Done>
      {invitation && <Invitation invitation={invitation} onClose={() => setInvitation(null)} />}
      <Listing
        label="Agents"
        list={list}
        columns={["Agent", "State", "Queues", "Callbacks", ""]}
        numbers={["Callbacks"]}
        empty="No agent yet. Add the first one above."
      >
        {agents.map((agent) => (
          <AgentRow key={agent.id} agent={agent} onMove={setMoving} onChange={setEditing} onExplain={setExplaining} />
        ))}
      </Listing>
      {moving && (
        <MoveDialog
          agent={moving}
          onClose={close}
          onDone={(message, move) => {
            close();
            sayMoved(message, move);
          }}
        />
      )}
      {explaining && <ExplainDialog {...explaining} onClose={close} onDone={finish} />}
      {editing && (
        <AgentDialog
          agent={editing === "new" ? null : editing}
          onClose={close}
          onDone={finish}
          onInvited={setInvitation}
        />
      )}
    </>
  );
}

/** The order of the list: available, on a call, on a break, away, inactive. */
function rankOf({ isActive, status }: ListedAgent): number {
  if (!isActive) return 9;
  return status === null ? 5 : ["available", "on_call", "break", "offline"].indexOf(status);
}
